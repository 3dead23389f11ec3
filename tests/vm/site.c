// A web server in one static file, as a Go program would be: no library, no
// shell, one listening port. What it may do is up to the host, and that is what
// it answers.
//
//   site PORT                serve; GET / says who it is, GET /WHAT/ARGUMENT
//                            tries and says how that went
//   site try WHAT ARGUMENT   the same, once, without the network
//
//   WHAT: read PATH, bind PORT, connect PORT
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int OpenSocket(int port, int listening) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int one = 1;
  if (fd < 0) return -1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  int failed = listening
                   ? bind(fd, (void*)&address, sizeof address) || listen(fd, 16)
                   : connect(fd, (void*)&address, sizeof address);
  if (!failed) return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

static int Try(const char* what, const char* argument) {
  if (!strcmp(what, "read")) {
    char byte;
    int fd = open(argument, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t n = read(fd, &byte, 1);
    close(fd);
    return n < 0 ? -1 : 0;
  }
  int fd = OpenSocket(atoi(argument), !strcmp(what, "bind"));
  if (fd < 0) return -1;
  close(fd);
  return 0;
}

static void WhoAmI(char* text, size_t size) {
  char domain[256] = "";
  int fd = open("/proc/self/attr/current", O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    ssize_t n = read(fd, domain, sizeof domain - 1);
    if (n < 0) domain[0] = 0;
    close(fd);
  }
  snprintf(text, size, "uid %d domain %s", (int)getuid(), domain);
}

static void Answer(const char* what, const char* argument, char* text,
                   size_t size) {
  if (!*what) {
    WhoAmI(text, size);
    return;
  }
  int failed = Try(what, argument);
  snprintf(text, size, "%s %s: %s", what, argument,
           failed ? strerror(errno) : "ok");
}

static void ServeOne(int client) {
  char request[1024] = "", what[16] = "", argument[256] = "", text[600];
  ssize_t n = read(client, request, sizeof request - 1);
  if (n <= 0) return;
  sscanf(request, "GET /%15[a-z]/%255[^ \r\n]", what, argument);
  Answer(what, argument, text, sizeof text);
  dprintf(client, "HTTP/1.0 200 OK\r\nContent-Length: %zu\r\n\r\n%s\n",
          strlen(text) + 1, text);
}

static int Serve(int port) {
  int listener = OpenSocket(port, 1);
  if (listener < 0) {
    fprintf(stderr, "site: port %d: %s\n", port, strerror(errno));
    return 1;
  }
  for (;;) {
    int client = accept4(listener, 0, 0, SOCK_CLOEXEC);
    if (client < 0) continue;
    ServeOne(client);
    close(client);
  }
}

int main(int argc, char** argv) {
  if (argc == 4 && !strcmp(argv[1], "try")) {
    char text[600];
    Answer(argv[2], argv[3], text, sizeof text);
    puts(text);
    return 0;
  }
  if (argc == 2) return Serve(atoi(argv[1]));
  fprintf(stderr, "usage: site PORT | site try WHAT ARGUMENT\n");
  return 2;
}
