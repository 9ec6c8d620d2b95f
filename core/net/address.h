/*
 * address.h - which addresses are not of the public internet. Used by
 * core/net/transfer.c for requests that must not reach inside.
 */
#ifndef CORE_NET_ADDRESS_H
#define CORE_NET_ADDRESS_H

#include <sys/socket.h>

/** hv_address_kind() - "loopback", "private", "link-local" ... NULL = public.
 *  An IPv4 address inside an IPv6 one is judged as what it is; a family that is
 *  neither is "foreign". */
const char *hv_address_kind(const struct sockaddr *address);

#endif
