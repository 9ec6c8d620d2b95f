/*
 * table.c - the one table of commands: what is not here does not exist. Read
 * by the parser, the console's keys, help, man page and completion. The rows
 * stand in nouns/, a file a noun, with the flags of their commands.
 */
#include "tui/command/nouns/completion.h"
#include "tui/command/nouns/config.h"
#include "tui/command/nouns/doctor.h"
#include "tui/command/nouns/help.h"
#include "tui/command/nouns/key.h"
#include "tui/command/nouns/keystore.h"
#include "tui/command/nouns/listen.h"
#include "tui/command/nouns/log.h"
#include "tui/command/nouns/maint.h"
#include "tui/command/nouns/profile.h"
#include "tui/command/nouns/program.h"
#include "tui/command/nouns/record.h"
#include "tui/command/nouns/sandbox.h"
#include "tui/command/nouns/shell.h"
#include "tui/command/nouns/sub.h"
#include "tui/command/nouns/test.h"
#include "tui/command/nouns/token.h"

static const struct hv_command *const nouns[] = {
    program_commands,    profile_commands, sub_commands,     key_commands,
    shell_commands,      listen_commands,  log_commands,     test_commands,
    record_commands,     things_commands,  token_commands,   maint_commands,
    keystore_commands,   config_commands,  sandbox_commands, doctor_commands,
    completion_commands, help_commands,
};

const struct hv_command *
hv_command_next(const struct hv_command *command)
{
    size_t noun = 0;

    if (!command)
        return nouns[0];
    if (command[1].words)
        return command + 1;
    for (; noun < HV_LEN(nouns); noun++) {
        const struct hv_command *at = nouns[noun];

        while (at->words && at != command)
            at++;
        if (at == command)
            break;
    }
    return noun + 1 < HV_LEN(nouns) ? nouns[noun + 1] : NULL;
}
