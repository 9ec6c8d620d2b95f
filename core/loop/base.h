/*
 * base.h - the libevent base under a loop, for the files of core and sandbox
 * that give it to libevent themselves (evhttp, bufferevents). Made without
 * locks: everything on it happens on the loop's thread.
 */
#ifndef HV_CORE_LOOP_BASE_H
#define HV_CORE_LOOP_BASE_H

#include "hvconsole/loop.h"

struct event_base;

struct event_base *hv_loop_base(struct hv_loop *loop);

#endif
