/*
 * port.c - the loop's side of the journal queue: items go in, and come back
 * through an eventfd when their commit has returned. Called by request.c and
 * worker.c on the loop's own thread.
 */
#include "core/listener/queue_in.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

void
listener_item_free(struct listener_item *item)
{
    if (!item)
        return;
    hv_judgement_release(&item->judgement);
    hv_buf_release(&item->body);
    hv_buf_release(&item->header);
    free(item);
}

void
listener_list_clear(struct listener_list *list)
{
    list->first = NULL;
    list->end = &list->first;
}

void
listener_list_add(struct listener_list *list, struct listener_item *item)
{
    item->next = NULL;
    *list->end = item;
    list->end = &item->next;
}

void
listener_list_move(struct listener_list *to, struct listener_list *from)
{
    if (from->first) {
        *to->end = from->first;
        to->end = from->end;
    }
    listener_list_clear(from);
}

/* ------------------------------------------------------------- giving back -- */

static void
give_back(struct listener_port *port, struct listener_list *list,
          enum hv_status st, const struct hv_error *err)
{
    struct listener_item *item = list->first;

    while (item) {
        struct listener_item *next = item->next;

        atomic_fetch_sub(&port->queue->bytes, item->arrival.body.len);
        atomic_fetch_sub(&port->queue->len, 1);
        port->fn(port->arg, item, st, err);
        listener_item_free(item);
        item = next;
    }
}

static void
take_back(struct listener_port *port)
{
    struct listener_queue *queue = port->queue;
    struct listener_list done;
    struct listener_list failed;
    struct hv_error failure;

    listener_list_clear(&done);
    listener_list_clear(&failed);
    pthread_mutex_lock(&queue->lock);
    listener_list_move(&done, &port->done);
    listener_list_move(&failed, &port->failed);
    failure = queue->failure;
    pthread_mutex_unlock(&queue->lock);
    give_back(port, &done, HV_OK, NULL);
    give_back(port, &failed, failure.status ? failure.status : HV_ERR_FAILED,
              &failure);
}

static void
on_event(void *arg, int fd, int what)
{
    uint64_t count;

    (void)what;
    (void)!read(fd, &count, sizeof(count));
    take_back(arg);
}

/* --------------------------------------------------------------- putting in -- */

bool
listener_port_add(struct listener_port *port, struct listener_item *item)
{
    struct listener_queue *queue = port->queue;
    size_t len = item->arrival.body.len;

    /* Several loops may be here at once: a few items over do no harm. */
    if (atomic_load(&queue->len) >= QUEUE_MAX_ITEMS ||
        len > QUEUE_MAX_BYTES - atomic_load(&queue->bytes))
        return false;
    atomic_fetch_add(&queue->len, 1);
    atomic_fetch_add(&queue->bytes, len);
    item->port = port;
    item->arrival.id = &item->row;
    pthread_mutex_lock(&queue->lock);
    listener_list_add(&queue->waiting, item);
    pthread_cond_signal(&queue->work);
    pthread_mutex_unlock(&queue->lock);
    return true;
}

/* ----------------------------------------------------------- begin and end -- */

enum hv_status
listener_port_new(struct listener_queue *queue, struct hv_loop *loop,
                  listener_item_fn fn, void *arg, struct listener_port **out,
                  struct hv_error *err)
{
    struct listener_port *port = hv_calloc(1, sizeof(*port));

    *port = (struct listener_port){ .queue = queue, .fn = fn, .arg = arg };
    listener_list_clear(&port->done);
    listener_list_clear(&port->failed);
    port->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (port->event_fd >= 0)
        port->watch =
            hv_loop_fd(loop, port->event_fd, HV_WATCH_READ, on_event, port);
    if (!port->watch) {
        hv_fail_errno(err, HV_ERR_IO, "cannot make an eventfd");
        if (port->event_fd >= 0)
            close(port->event_fd);
        free(port);
        return HV_ERR_IO;
    }
    queue->ports++;
    *out = port;
    return HV_OK;
}

void
listener_port_free(struct listener_port *port)
{
    if (!port)
        return;
    take_back(port);
    hv_watch_free(port->watch);
    close(port->event_fd);
    listener_queue_leave(port->queue);
    free(port);
}
