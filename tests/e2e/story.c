/*
 * story.c - builds the world of a story from the outside, as a person would.
 * What it starts dies with the test.
 */
#include "tests/e2e/story.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORDS 48

extern char **environ;

static int
split(char *line, char **argv)
{
    int len = 0;
    char *word;

    argv[len++] = (char *)HVCONSOLE;
    while ((word = strsep(&line, " ")) && len < MAX_WORDS - 1) {
        if (*word)
            argv[len++] = word;
    }
    argv[len] = NULL;
    return len;
}

static bool
is_same_name(const char *a, const char *b)
{
    size_t len = strcspn(a, "=");

    return len == strcspn(b, "=") && !strncmp(a, b, len);
}

/* The test's own variables without ours, then those of the world. */
static char **
make_environment(const struct story *s, const char *const *extra)
{
    static const char *const dropped[] = {
        "HOME=",  "XDG_",     "HVCONSOLE_", "TERM=",    "LC_",  "LANG",
        "LINES=", "COLUMNS=", "ESCDELAY=",  "NO_COLOR", "TMUX",
    };
    char **envp = calloc(512, sizeof(*envp));
    int len = 0;

    for (char **e = environ; *e && len < 400; e++) {
        bool is_dropped = false;

        for (size_t i = 0; i < sizeof(dropped) / sizeof(*dropped); i++)
            is_dropped =
                is_dropped || !strncmp(*e, dropped[i], strlen(dropped[i]));
        for (size_t i = 0; extra && extra[i]; i++)
            is_dropped = is_dropped || is_same_name(*e, extra[i]);
        if (!is_dropped)
            envp[len++] = strdup(*e);
    }
    /* Before the defaults: of two equal names the first one counts. */
    for (; extra && *extra; extra++)
        envp[len++] = strdup(*extra);
    cr_assert(asprintf(&envp[len++], "HOME=%s", s->dir) > 0);
    cr_assert(asprintf(&envp[len++], "XDG_CONFIG_HOME=%s/config", s->dir) > 0);
    cr_assert(asprintf(&envp[len++], "XDG_DATA_HOME=%s/data", s->dir) > 0);
    cr_assert(asprintf(&envp[len++], "XDG_STATE_HOME=%s/state", s->dir) > 0);
    envp[len++] = strdup("TERM=tmux-256color");
    envp[len++] = strdup("LC_ALL=C.UTF-8");
    envp[len++] = strdup("HVCONSOLE_FRAME_MARK=1");
    return envp;
}

static void
free_environment(char **envp)
{
    for (char **e = envp; e && *e; e++)
        free(*e);
    free(envp);
}

/* A child with its standard output in a pipe; the child's end is @fd. */
static pid_t
start_child(struct story *s, char **argv, int pipe_end, int as_fd)
{
    pid_t pid = fork();

    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(null, STDIN_FILENO);
        dup2(pipe_end, as_fd);
        if (as_fd != STDOUT_FILENO)
            dup2(null, STDOUT_FILENO);
        execve(argv[0], argv, s->envp);
        _exit(127);
    }
    cr_assert_gt(pid, 0);
    return pid;
}

/* Everything up to the end, or, for a server, its first line. */
static void
read_all(struct story *s, int fd, bool is_line)
{
    size_t len = 0;
    ssize_t got;

    while (len + 1 < sizeof(s->out) &&
           (got = read(fd, s->out + len, sizeof(s->out) - 1 - len)) > 0) {
        len += (size_t)got;
        if (is_line && memchr(s->out, '\n', len))
            break;
    }
    s->out[len] = 0;
}

int
story_run(struct story *s, const char *line)
{
    char text[4096];
    char *argv[MAX_WORDS];
    int ends[2];
    int status = -1;
    pid_t pid;

    snprintf(text, sizeof(text), "--passphrase-file %s/pass %s", s->dir, line);
    split(text, argv);
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    pid = start_child(s, argv, ends[1], STDOUT_FILENO);
    close(ends[1]);
    read_all(s, ends[0], false);
    close(ends[0]);
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
must(struct story *s, const char *line)
{
    int status = story_run(s, line);

    cr_assert_eq(status, 0, "hvconsole %s: exit %d: %s", line, status, s->out);
}

const char *
story_fact(const struct story *s, const char *name)
{
    static char value[512];
    char key[64];
    const char *at;

    snprintf(key, sizeof(key), "\"%s\"", name);
    at = strstr(s->out, key);
    at = at ? strchr(at + strlen(key), ':') : NULL;
    at = at ? strchr(at, '"') : NULL;
    snprintf(value, sizeof(value), "%.*s", at ? (int)strcspn(at + 1, "\"") : 0,
             at ? at + 1 : "");
    return value;
}

/* A server in the foreground, ready when this returns. */
static pid_t
serve(struct story *s, const char *line)
{
    char text[1024];
    char *argv[MAX_WORDS];
    int ends[2];
    pid_t pid;

    snprintf(text, sizeof(text), "--passphrase-file %s/pass %s --ready-fd 9",
             s->dir, line);
    split(text, argv);
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    pid = start_child(s, argv, ends[1], 9);
    close(ends[1]);
    read_all(s, ends[0], true);
    close(ends[0]);
    cr_assert_neq(s->out[0], 0, "%s did not become ready", line);
    return pid;
}

static void
start_platform(struct story *s, const char *env, const char *flags)
{
    char platform[256], shell[256], ca[256], app[64], line[2048];
    const char *port;

    snprintf(line, sizeof(line),
             "sandbox up --port 0 --env %s --state %s/world %s", env, s->dir,
             flags);
    s->sandbox = serve(s, line);
    must(s, "sandbox status -o json");
    snprintf(platform, sizeof(platform), "%s", story_fact(s, "platform"));
    snprintf(shell, sizeof(shell), "%s", story_fact(s, "shell"));
    port = strchr(platform + strlen("https://"), ':');
    cr_assert_not_null(port);
    s->platform_port = atoi(port + 1);
    snprintf(ca, sizeof(ca), "%s", story_fact(s, "ca"));
    snprintf(line, sizeof(line),
             "profile add world --platform %s --shell %s --env %s --action-url "
             "https://localhost:8443/hv/ --ca %s --cert-out %s/app.pem -o json",
             platform, shell, env, ca, s->dir);
    must(s, line);
    snprintf(app, sizeof(app), "%s", story_fact(s, "app_id"));
    s->listener = serve(s, "listen --addr 127.0.0.1:0");
    port = strrchr(story_fact(s, "listening"), ':');
    cr_assert_not_null(port);
    snprintf(s->url, sizeof(s->url), "https://localhost%s", port);
    snprintf(line, sizeof(line),
             "sandbox app add --app-id %s --cert %s/app.pem --action-url "
             "%s/hv/",
             app, s->dir, s->url);
    must(s, line);
}

void
story_start(struct story *s, bool with_platform, const char *env)
{
    story_start_with(s, with_platform ? env : NULL, "");
}

void
story_start_with(struct story *s, const char *env, const char *flags)
{
    char path[128];
    FILE *file;

    memset(s, 0, sizeof(*s));
    s->term.fd = -1;
    snprintf(s->dir, sizeof(s->dir), "/tmp/hvstory.XXXXXX");
    cr_assert_not_null(mkdtemp(s->dir));
    snprintf(path, sizeof(path), "%s/pass", s->dir);
    umask(077);
    file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(PASSPHRASE "\n", file);
    fclose(file);
    s->envp = make_environment(s, NULL);
    must(s, "keystore init");
    if (env)
        start_platform(s, env, flags);
}

static void
stop(pid_t pid)
{
    if (pid > 0) {
        kill(pid, SIGTERM);
        waitpid(pid, NULL, 0);
    }
}

void
story_platform_goes(struct story *s)
{
    stop(s->sandbox);
    s->sandbox = 0;
}

void
story_platform_returns(struct story *s)
{
    char line[256];

    snprintf(line, sizeof(line), "sandbox up --port %d --state %s/world",
             s->platform_port, s->dir);
    s->sandbox = serve(s, line);
}

void
story_end(struct story *s)
{
    char command[128];

    term_close(&s->term);
    stop(s->listener);
    stop(s->sandbox);
    free_environment(s->envp);
    s->envp = NULL;
    if (!strncmp(s->dir, "/tmp/hvstory.", 13)) {
        snprintf(command, sizeof(command), "rm -rf '%s'", s->dir);
        cr_expect_eq(system(command), 0);
    }
}

void
story_open(struct story *s, int rows, int cols, const char *args,
           const char *const *extra)
{
    char text[1024];
    char *argv[MAX_WORDS];
    char **envp = make_environment(s, extra);

    snprintf(text, sizeof(text), "%s", args);
    split(text, argv);
    if (s->term.vt)
        term_close(&s->term);
    cr_assert(term_open(&s->term, rows, cols, argv, envp));
    free_environment(envp);
}

void
story_unlock(struct story *s)
{
    cr_assert(term_wait(&s->term, "Passphrase", LONG_MS));
    term_keys(&s->term, PASSPHRASE "\r");
    cr_assert(term_wait(&s->term, "Needs attention", LONG_MS));
}

void
story_forge(struct story *s, const char *sub, const char *version)
{
    static const char script[] =
        "import http.client, ssl, sys\n"
        "c = ssl.create_default_context()\n"
        "c.check_hostname = False\n"
        "c.verify_mode = ssl.CERT_NONE\n"
        "h = http.client.HTTPSConnection('127.0.0.1', int(sys.argv[1]), "
        "timeout=30, context=c)\n"
        "h.request('POST', '/hv/notify', body=b'<forged/>', headers={"
        "'Content-Type': 'text/xml', 'Authorization': "
        "'HVEventingSharedKey %s:%s:' % (sys.argv[2], sys.argv[3]) + 'A' * 43 "
        "+ '='})\n"
        "sys.exit(h.getresponse().status != 401)\n";
    char command[4096];

    snprintf(command, sizeof(command), "python3 -c \"%s\" %s %s %s", script,
             strrchr(s->url, ':') + 1, sub, version);
    cr_assert_eq(system(command), 0, "the forged message was not answered 401");
}
