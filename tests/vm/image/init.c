// The guest's first program, in its initramfs: loads the modules that the disk
// and its file system need, makes the disk the root and becomes systemd, which
// loads the SELinux policy. Debian's kernel has neither virtio-blk nor ext4
// built in.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void Die(const char* what) {
  printf("@@ fatal %s: %s\n", what, strerror(errno));
  fflush(stdout);
  reboot(RB_POWER_OFF);
  _exit(1);
}

static void OpenConsole(void) {
  mkdir("/dev", 0755);
  if (mount("devtmpfs", "/dev", "devtmpfs", 0, "mode=0755") && errno != EBUSY) {
    Die("mounting devtmpfs");
  }
  int console = open("/dev/console", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) dup2(console, fd);
  if (console > 2) close(console);
}

// /modules names the files, one a line, in the order in which they load.
static void LoadModules(void) {
  FILE* list = fopen("/modules", "re");
  char path[256];
  if (!list) Die("/modules");
  while (fgets(path, sizeof path, list)) {
    path[strcspn(path, "\n")] = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)) {
      Die(path);
    }
    close(fd);
  }
  fclose(list);
}

static void MountRoot(void) {
  mkdir("/root", 0755);
  for (int i = 0; i < 1000 && access("/dev/vda", F_OK); ++i) usleep(10000);
  if (mount("/dev/vda", "/root", "ext4", 0, "")) Die("mounting /dev/vda");
  if (mount("/dev", "/root/dev", 0, MS_MOVE, 0)) Die("moving /dev");
  if (chdir("/root") || mount(".", "/", 0, MS_MOVE, 0) || chroot(".") ||
      chdir("/")) {
    Die("changing the root");
  }
}

int main(void) {
  OpenConsole();
  LoadModules();
  MountRoot();
  char* argv[] = {"/sbin/init", 0};
  char* environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TERM=dumb", 0};
  execve(argv[0], argv, environment);
  Die(argv[0]);
}
