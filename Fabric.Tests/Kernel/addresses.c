/* Preloaded into the programs of a user-mode-linux guest, which maps everything from 1 GiB upwards. Code and data of .NET then lie between 2 and
 * 4 GiB, in addresses that its compiler takes for ones of 31 bits and cannot encode; it gives up, and compiles the method again without any
 * optimization: programs are ten times slower, and nothing tells. So what is free below 4 GiB is taken before anything else is mapped.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const unsigned long first = 1ul << 30, end = 1ul << 32;

static void take(unsigned long from, unsigned long to)
{
    if (from < first)
        from = first;
    if (to > end)
        to = end;
    if (from < to)
        mmap((void *)from, to - from, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
}

__attribute__((constructor)) static void take_what_is_free(void)
{
    static char text[1 << 16];
    unsigned long free_from = first;
    size_t length = 0;
    ssize_t got;
    int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

    if (maps < 0)
        return;
    while (length < sizeof text - 1 && (got = read(maps, text + length, sizeof text - 1 - length)) > 0)
        length += got;
    close(maps);
    /* "40000000-40001000 r-xp ...", a line a mapping, in order. */
    for (char *line = text; *line; line = strchr(line, '\n') + 1) {
        char *rest;
        unsigned long from = strtoul(line, &rest, 16), to = strtoul(rest + 1, NULL, 16);

        take(free_from, from);
        free_from = to;
        if (!strchr(line, '\n'))
            break;
    }
    take(free_from, end);
}
