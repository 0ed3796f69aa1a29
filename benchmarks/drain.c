/*
 * The reading half of the load generator, compiled where a C compiler is found.
 *
 * A pass waits for descriptors, makes one large read of each, and counts the mark of a line in it.
 * Python can do the same, and does where there is no compiler, but counting the lines costs it more
 * than sending them costs the fastest servers.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

enum { EVENTS = 128, READ = 262144, DIGITS = 15, COUNTED = 1, SAMPLED = 2 };

struct crowd {
    uint64_t *marks;      /* by descriptor */
    uint64_t *bytes;      /* by descriptor */
    const uint8_t *flags; /* by descriptor */
    uint32_t *delays;     /* microseconds, of stamped lines that sampled members were sent */
    uint64_t delays_room;
    uint64_t delays_count;
    uint64_t lost; /* connections that ended */
    uint32_t epoll;
    uint32_t mark;
};

static uint64_t count(const unsigned char *data, size_t size, unsigned char mark)
{
    uint64_t total = 0;
    while (size) {
        /* So short that a byte holds each sum: the compiler then adds many bytes at once. */
        size_t block = size < 255 ? size : 255;
        uint8_t found = 0;
        for (size_t at = 0; at < block; at++)
            found += data[at] == mark;
        total += found;
        data += block;
        size -= block;
    }
    return total;
}

/* A stamp is "=" and 15 digits: microseconds of the monotonic clock.  One that a read cuts in two
   is passed over. */
static void sample(struct crowd *crowd, const unsigned char *data, size_t size)
{
    struct timespec clock;
    clock_gettime(CLOCK_MONOTONIC, &clock);
    uint64_t now = (uint64_t)clock.tv_sec * 1000000 + clock.tv_nsec / 1000;
    const unsigned char *at = data, *end = data + size;
    while ((at = memchr(at, '=', end - at)) != NULL && end - at > DIGITS) {
        uint64_t stamp = 0;
        int digits = 0;
        while (digits < DIGITS && at[digits + 1] >= '0' && at[digits + 1] <= '9')
            stamp = 10 * stamp + at[++digits] - '0';
        if (digits == DIGITS && crowd->delays_count < crowd->delays_room)
            crowd->delays[crowd->delays_count++] = now > stamp ? (uint32_t)(now - stamp) : 0;
        at += 1 + digits;
    }
}

/* Make one pass and return how many marks those were sent who are counted. */
int64_t drain(struct crowd *crowd, int timeout)
{
    static struct epoll_event events[EVENTS];
    static unsigned char data[READ];
    int64_t total = 0;
    int ready = epoll_wait((int)crowd->epoll, events, EVENTS, timeout);
    for (int number = 0; number < ready; number++) {
        int fd = events[number].data.fd;
        ssize_t size = recv(fd, data, READ, 0);
        if (size <= 0) {
            if (size < 0 && (errno == EAGAIN || errno == EINTR))
                continue;
            epoll_ctl((int)crowd->epoll, EPOLL_CTL_DEL, fd, NULL);
            crowd->lost++;
            continue;
        }
        uint64_t marks = count(data, (size_t)size, (unsigned char)crowd->mark);
        crowd->marks[fd] += marks;
        crowd->bytes[fd] += (uint64_t)size;
        if (crowd->flags[fd] & COUNTED)
            total += (int64_t)marks;
        if (crowd->flags[fd] & SAMPLED)
            sample(crowd, data, (size_t)size);
    }
    return total;
}
