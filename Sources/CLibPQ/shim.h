// libpq, and the Linux calls that the Glibc module lacks (epoll, eventfd).
#include <libpq-fe.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
