/*
 * systemd.h - the few words a service speaks with systemd: sockets it was
 * given, and how it is. Without systemd they cost nothing and do nothing.
 * Plain protocols of environment variables: no library is needed.
 */
#ifndef CORE_NET_SYSTEMD_H
#define CORE_NET_SYSTEMD_H

#include "hvconsole/bytes.h"

#define HV_SYSTEMD_FIRST_FD 3

/** hv_systemd_sockets() - how many listening sockets were passed to this very
 *  process, from HV_SYSTEMD_FIRST_FD on; they close on exec from now on. */
int hv_systemd_sockets(void);
/** hv_systemd_address() - "127.0.0.1:8443" or "[::1]:8443" of such a socket.
 *  HV_ERR_USAGE: it is none of TCP. */
HV_MUST_CHECK enum hv_status hv_systemd_address(int fd, char *out, size_t size,
                                                struct hv_error *err);
/** hv_systemd_is_here() - whether a service manager started this process. */
bool hv_systemd_is_here(void);
/** hv_systemd_tell() - lines such as "READY=1\nSTATUS=..." to the service
 *  manager. Nobody listens: nothing happens. */
void hv_systemd_tell(const char *fmt, ...) HV_PRINTF(1, 2);
/** hv_systemd_watchdog_ms() - it wants WATCHDOG=1 within this time; 0 = not. */
int64_t hv_systemd_watchdog_ms(void);

#endif
