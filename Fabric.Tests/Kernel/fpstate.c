/* Preloaded into user-mode-linux, which keeps the floating-point state of a process in a buffer as large as AVX-512 needs. On a processor
 * with more state than that (AMX: 11 008 bytes) the kernel refuses to set a part of it, EFAULT. So the rest is set too: to zeros, which is
 * right, since a process that never asked for such state has none. Asking for the state needs nothing, a part of it is granted.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

enum { SET_REGISTERS = 0x4205, EXTENDED_STATE = 0x202, MORE_THAN_ANY_PROCESSOR_HAS = 1 << 16 };

static long (*next)(int request, int process, void *address, void *data);

/* Not on the stack: kernel stacks, of which the caller's is one, are small. One processor, so one caller. */
static unsigned char whole[MORE_THAN_ANY_PROCESSOR_HAS];

__attribute__((constructor)) static void find_next(void)
{
    next = (long (*)(int, int, void *, void *))dlsym(RTLD_NEXT, "ptrace");
}

/* By registers the same as the declaration with an ellipsis, which it stands in for. */
long fabric_ptrace(int request, int process, void *address, void *data) __asm__("ptrace");

long fabric_ptrace(int request, int process, void *address, void *data)
{
    const struct iovec *part = data;
    struct iovec all = {whole, sizeof whole};

    if (request != SET_REGISTERS || (long)address != EXTENDED_STATE || part->iov_len > sizeof whole)
        return next(request, process, address, data);
    memcpy(whole, part->iov_base, part->iov_len);
    memset(whole + part->iov_len, 0, sizeof whole - part->iov_len);
    return next(request, process, address, &all);
}
