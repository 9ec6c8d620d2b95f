/*
 * curses_peer.c - as little as a terminal program can be: one full screen, a
 * mark that it is drawn, a key, the end. What the console's first frame is
 * measured against.
 */
#include <curses.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
    static const char mark[] = "\033]2;frame 1\a";

    setlocale(LC_ALL, "");
    initscr();
    for (int row = 0; row < LINES; row++)
        mvprintw(row, 0, "row %d of a screen that is full of words", row);
    refresh();
    if (write(STDOUT_FILENO, mark, sizeof(mark) - 1) < 0)
        return 1;
    getch();
    endwin();
    return 0;
}
