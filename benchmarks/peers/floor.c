/*
 * The floor: as little as a chat server can do.
 *
 * One pass reads all there is to read, joins the lines that came, and sends them with one call for
 * each member.  A member who spoke in the pass is sent what the others said.  What the kernel does
 * not take waits, and is sent when there is room again.
 *
 * Who has given a name is in the room "lobby"; "/join NAME" takes them to another one, and any other
 * line that begins with a slash is only answered.
 *
 * Usage: floor PORT
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 1024, READ = 65536, LONGEST = 4096, NAME = 32, MOST_WAITING = 64 << 20 };

struct buffer {
    char *data;
    size_t size, room;
};

struct member;

struct said {
    struct member *by;
    size_t start, stop; /* where in the pass */
};

struct room {
    char name[NAME];
    size_t name_size;
    struct member **members;
    int count, places;
    struct buffer pass; /* what was said in this pass */
    struct said *lines;
    size_t line_count, line_room;
    struct room *next;       /* of all rooms */
    struct room *next_heard; /* of those in which something was said in this pass */
};

struct member {
    int fd;
    struct room *room; /* NULL before there is a name */
    int place;         /* among its members */
    int has_spoken;    /* in this pass */
    char name[NAME];
    size_t name_size;
    struct buffer partial; /* a line that has not ended yet */
    struct buffer waiting; /* what the kernel has not taken yet */
};

static int poller;
static struct member **members; /* by descriptor */
static struct room *rooms, *heard;
static struct buffer own;
static struct member **gone;
static int gone_count;

static void append(struct buffer *buffer, const char *data, size_t size)
{
    if (buffer->size + size > buffer->room) {
        buffer->room = 2 * (buffer->size + size);
        buffer->data = realloc(buffer->data, buffer->room);
        if (buffer->data == NULL)
            abort();
    }
    memcpy(buffer->data + buffer->size, data, size);
    buffer->size += size;
}

static void watch(struct member *member, int operation, unsigned events)
{
    struct epoll_event event = {.events = events, .data.fd = member->fd};
    epoll_ctl(poller, operation, member->fd, &event);
}

static void enter(struct member *member, const char *name, size_t size)
{
    struct room *room = rooms;
    if (size > NAME)
        size = NAME;
    while (room != NULL && (room->name_size != size || memcmp(room->name, name, size)))
        room = room->next;
    if (room == NULL) {
        room = calloc(1, sizeof *room);
        if (room == NULL)
            abort();
        memcpy(room->name, name, size);
        room->name_size = size;
        room->next = rooms;
        rooms = room;
    }
    if (room->count == room->places) {
        room->places = room->places ? 2 * room->places : 16;
        room->members = realloc(room->members, room->places * sizeof *room->members);
        if (room->members == NULL)
            abort();
    }
    member->room = room;
    member->place = room->count;
    room->members[room->count++] = member;
}

static void leave_room(struct member *member)
{
    struct room *room = member->room;
    if (room == NULL)
        return;
    struct member *last = room->members[--room->count];
    room->members[member->place] = last;
    last->place = member->place;
    member->room = NULL;
}

/* No member is freed within a pass: others may still look at them. */
static void leave(struct member *member)
{
    if (member->fd < 0)
        return;
    members[member->fd] = NULL;
    close(member->fd);
    member->fd = -1;
    leave_room(member);
    gone[gone_count++] = member;
}

static void free_gone(void)
{
    while (gone_count) {
        struct member *member = gone[--gone_count];
        free(member->partial.data);
        free(member->waiting.data);
        free(member);
    }
}

static void give(struct member *member, const char *data, size_t size)
{
    ssize_t sent = 0;
    if (size == 0)
        return;
    if (member->waiting.size == 0) {
        sent = send(member->fd, data, size, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno != EAGAIN && errno != EINTR) {
                leave(member);
                return;
            }
            sent = 0;
        }
        if ((size_t)sent == size)
            return;
        watch(member, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    }
    append(&member->waiting, data + sent, size - sent);
    if (member->waiting.size > MOST_WAITING)
        leave(member);
}

static void go_on(struct member *member)
{
    struct buffer *waiting = &member->waiting;
    ssize_t sent = send(member->fd, waiting->data, waiting->size, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN && errno != EINTR)
            leave(member);
        return;
    }
    waiting->size -= sent;
    memmove(waiting->data, waiting->data + sent, waiting->size);
    if (waiting->size == 0)
        watch(member, EPOLL_CTL_MOD, EPOLLIN);
}

static void obey(struct member *member, const char *line, size_t size)
{
    static const char join[] = "/join ", done[] = "You are in #";
    size_t skipped = sizeof join - 1;
    /* In a pass in which somebody spoke, others still look at who is where. */
    if (size > skipped && !memcmp(line, join, skipped) && !member->has_spoken) {
        leave_room(member);
        enter(member, line + skipped, size - skipped);
    }
    own.size = 0;
    append(&own, done, sizeof done - 1);
    append(&own, member->room->name, member->room->name_size);
    append(&own, " now.\r\n", 7);
    give(member, own.data, own.size);
}

static void take_line(struct member *member, const char *line, size_t size)
{
    if (size && line[size - 1] == '\r')
        size--;
    if (member->room == NULL) {
        member->name_size = size < NAME ? size : NAME;
        memcpy(member->name, line, member->name_size);
        enter(member, "lobby", 5);
        give(member, "Welcome.\r\n", 10);
        return;
    }
    if (size && line[0] == '/') {
        obey(member, line, size);
        return;
    }
    struct room *room = member->room;
    struct buffer *pass = &room->pass;
    if (room->line_count == room->line_room) {
        room->line_room = room->line_room ? 2 * room->line_room : 16;
        room->lines = realloc(room->lines, room->line_room * sizeof *room->lines);
        if (room->lines == NULL)
            abort();
    }
    if (room->line_count == 0) {
        room->next_heard = heard;
        heard = room;
    }
    struct said *said = &room->lines[room->line_count++];
    said->by = member;
    said->start = pass->size;
    append(pass, member->name, member->name_size);
    append(pass, ": ", 2);
    append(pass, line, size);
    append(pass, "\r\n", 2);
    said->stop = pass->size;
    member->has_spoken = 1;
}

static void take(struct member *member)
{
    static char input[READ];
    ssize_t size = recv(member->fd, input, READ, 0);
    if (size <= 0) {
        if (size == 0 || (errno != EAGAIN && errno != EINTR))
            leave(member);
        return;
    }
    const char *at = input, *end = input + size, *newline;
    while (member->fd >= 0 && (newline = memchr(at, '\n', end - at)) != NULL) {
        if (member->partial.size) {
            append(&member->partial, at, newline - at);
            take_line(member, member->partial.data, member->partial.size);
            member->partial.size = 0;
        } else {
            take_line(member, at, newline - at);
        }
        at = newline + 1;
    }
    if (member->fd < 0)
        return;
    if (member->partial.size + (end - at) > LONGEST)
        leave(member);
    else if (at < end)
        append(&member->partial, at, end - at);
}

/* What a member is sent who spoke in this pass: all but that, still with one call. */
static void give_others(struct room *room, struct member *member)
{
    size_t from = 0;
    own.size = 0;
    for (size_t number = 0; number < room->line_count; number++) {
        struct said *said = &room->lines[number];
        if (said->by != member)
            continue;
        append(&own, room->pass.data + from, said->start - from);
        from = said->stop;
    }
    append(&own, room->pass.data + from, room->pass.size - from);
    member->has_spoken = 0;
    give(member, own.data, own.size);
}

static void flush(struct room *room)
{
    /* Backwards: a member who leaves meanwhile is replaced by the last, who has been served. */
    for (int place = room->count - 1; place >= 0; place--) {
        struct member *member = room->members[place];
        if (member->has_spoken)
            give_others(room, member);
        else
            give(member, room->pass.data, room->pass.size);
    }
    room->pass.size = 0;
    room->line_count = 0;
}

static void welcome(int listener, int most)
{
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (fd >= most) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct member *member = calloc(1, sizeof *member);
        if (member == NULL)
            abort();
        member->fd = fd;
        members[fd] = member;
        watch(member, EPOLL_CTL_ADD, EPOLLIN);
        give(member, "Enter your name: ", 17);
    }
}

int main(int argc, char **argv)
{
    static struct epoll_event events[EVENTS];
    struct rlimit limit;
    int on = 1, port = argc == 2 ? atoi(argv[1]) : 0;
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((unsigned short)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    getrlimit(RLIMIT_NOFILE, &limit);
    int most = limit.rlim_cur < 1 << 20 ? (int)limit.rlim_cur : 1 << 20;
    members = calloc(most, sizeof *members);
    gone = calloc(most, sizeof *gone);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (!members || !gone || bind(listener, (struct sockaddr *)&address, sizeof address)
        || listen(listener, 1024)) {
        perror("floor");
        return 1;
    }
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event listening = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &listening);
    for (;;) {
        int count = epoll_wait(poller, events, EVENTS, -1);
        for (int number = 0; number < count; number++) {
            int fd = events[number].data.fd;
            if (fd == listener) {
                welcome(listener, most);
                continue;
            }
            if (members[fd] && events[number].events & EPOLLOUT)
                go_on(members[fd]);
            if (members[fd] && events[number].events & ~EPOLLOUT)
                take(members[fd]);
        }
        for (; heard != NULL; heard = heard->next_heard)
            flush(heard);
        free_gone();
    }
}
