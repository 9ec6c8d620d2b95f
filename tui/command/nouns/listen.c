/*
 * nouns/listen.c - rows of the command table: the listener.
 */
#include "tui/command/nouns/listen.h"

static const struct hv_flag listen_options[] = {
    { "--addr", HV_FLAG_TEXT, "HOST:PORT", "127.0.0.1:8443 when left out" },
    { "--path", HV_FLAG_TEXT, "PREFIX", "take POST below this path only" },
    { "--cert", HV_FLAG_TEXT, "FILE", "certificate chain in PEM" },
    { "--key", HV_FLAG_TEXT, "FILE", "its private key in PEM" },
    { "--self-signed", HV_FLAG_BOOL, NULL, "make a certificate at start" },
    { "--plain", HV_FLAG_BOOL, NULL, "HTTP without TLS; loopback only" },
    { "--bad-hmac-response", HV_FLAG_TEXT, "CODE",
      "401, or 200 to the letter of the platform's text" },
    { "--max-body", HV_FLAG_TEXT, "SIZE", "256k when left out, at most 1m" },
    { "--workers", HV_FLAG_TEXT, "N", "loops that serve, 1 when left out" },
    { "--max-connections", HV_FLAG_TEXT, "N", "1024 when left out" },
    { "--max-per-address", HV_FLAG_TEXT, "N",
      "64 when left out; loopback is exempt" },
    { "--count-loopback", HV_FLAG_BOOL, NULL,
      "not exempt: there is a proxy in front" },
    { "--forward", HV_FLAG_TEXT, "URL",
      "POST each verified notification there; 2xx means taken" },
    { "--exec", HV_FLAG_TEXT, "CMD",
      "or give it to this command; exit 0 means taken" },
    { "--sink", HV_FLAG_TEXT, "URL",
      "or publish it to NATS JetStream, nats://HOST[:PORT][/SUBJECT]" },
    { "--sink-creds", HV_FLAG_TEXT, "FILE",
      "credentials of a NATS user for --sink" },
    { "--allow-unlocked-memory", HV_FLAG_BOOL, NULL,
      "go on when memory for keys cannot be locked" },
    { "--ready-fd", HV_FLAG_TEXT, "N", "one JSON line when it serves" },
    { "--detach", HV_FLAG_BOOL, NULL, "return when it serves" },
    { 0 },
};

const struct hv_command listen_commands[] = {
    { .words = "listen",
      .args = "",
      .summary = "receive, verify and keep notifications",
      .flags = HV_CMD_SHELL_ONLY,
      .options = listen_options,
      .run = cmd_listen,
      .schema = "listener",
      .more =
          "SIGINT and SIGTERM end it, SIGHUP reads the certificate again. "
          "On loopback it\nmakes a certificate of its own unless told "
          "otherwise. Sockets passed by systemd\ncome before --addr.\n\n"
          "--forward, --exec and --sink hand on what is verified, at least "
          "once and in order for\neach record, and never delay an answer; "
          "what is not taken is tried again after 1 s,\n2 s, 4 s ... 10 "
          "min. The body goes as it came; HVCONSOLE_ID, _SUB, _VERSION, "
          "_VERDICT,\n_RECEIVED, _ATTEMPT and _TEST (headers: "
          "X-HVConsole-Id ...) tell about it.\n\n"
          "--sink publishes to SUBJECT.SUBSCRIPTION-ID (hvconsole.ID when "
          "left out), where a stream\nof yours must take it. Nats-Msg-Id "
          "is the SHA-256 of the body: give the stream a\nduplicate window "
          "of more than 10 min, and what comes twice is dropped. TLS always, "
          "but\nfor nats:// on loopback; tls:// there, too." },
    { .words = "listen stop",
      .args = "",
      .summary = "end the running listener",
      .flags = HV_CMD_CHANGES,
      .run = cmd_listen_stop,
      .schema = "listener" },
    { .words = NULL },
};
