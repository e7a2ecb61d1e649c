"""A small file system on a loop device, and the cut of its power.

The image is a file in memory. Everything runs in a mount namespace of this process alone, and the loop
device is told to go with its last user, so nothing stays behind however the process ends.
"""

import contextlib
import ctypes
import errno
import fcntl
import mmap
import os
import struct
import subprocess

LOOP_CTL_GET_FREE = 0x4C82
LOOP_CONFIGURE = 0x4C0A
LO_FLAGS_AUTOCLEAR = 4
BLKFLSBUF = 0x1261
GOING_DOWN = 0x8004587D  # _IOR('X', 125, u32): ext4 took it over from XFS
NO_LOG_FLUSH = 2         # what the journal has not yet written is lost
CLONE_NEWNS = 0x20000
MS_REC_PRIVATE = 0x4000 | (1 << 18)
MS_BIND = 0x1000
PAGE = 4096

# Commits in the background, and ext4's own syncs around a rename, would hide a sync that is missing.
KINDS = {
    "ext4": (32 << 20, ["/usr/sbin/mkfs.ext4", "-q", "-F", "-b", "4096", "-J", "size=4",
                        "-E", "lazy_itable_init=0,lazy_journal_init=0"], "commit=300,noauto_da_alloc"),
    # All workers mount copies of one file system.
    "xfs": (320 << 20, ["/usr/sbin/mkfs.xfs", "-q", "-f"], "nouuid"),
}

_libc = ctypes.CDLL(None, use_errno=True)


class NotHere(Exception):
    """This machine can't make a file system and cut its power."""


def _check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _mount(source, target, kind, flags=0, options=""):
    _check(_libc.mount(source.encode(), target.encode(), kind.encode() if kind else None,
                       ctypes.c_ulong(flags), options.encode()), f"mount {source} on {target}")


def bind(source, target):
    _mount(str(source), str(target), None, MS_BIND)


def leave_namespace():
    """From here on the mounts of this process are its own, and go with it."""
    _check(_libc.unshare(CLONE_NEWNS), "unshare")
    _mount("none", "/", None, MS_REC_PRIVATE)


def adopt_orphans():
    """Processes whose parent was killed become children of this one, so that they can be waited for."""
    _check(_libc.prctl(36, 1, 0, 0, 0), "prctl")


class Image:
    """The pages of an image that are not empty."""

    def __init__(self, path):
        self.size = os.path.getsize(path)
        self.runs = []
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as pages:
            for start, end in self._data(file.fileno()):
                self._add_runs(pages, start, end)

    def _data(self, fd):
        """Where the file has data and no hole."""
        end = 0
        with contextlib.suppress(OSError):  # ENXIO: only a hole is left
            while end < self.size:
                start = os.lseek(fd, end, os.SEEK_DATA)
                end = os.lseek(fd, start, os.SEEK_HOLE)
                yield start, end

    def _add_runs(self, pages, start, end):
        nothing = bytes(PAGE)
        run = None
        for at in range(start, end, PAGE):
            if pages[at:at + PAGE] == nothing:
                run = None
            elif run is None:
                run = (at, bytearray(pages[at:at + PAGE]))
                self.runs.append(run)
            else:
                run[1].extend(pages[at:at + PAGE])


class Disk:
    """One loop device with one image; at most one at a time is mounted."""

    def __init__(self, file, mount_point, kind):
        self.kind = kind
        self.size, self._make, self._options = KINDS[kind]
        self.mount_point = str(mount_point)
        self._file = str(file)
        self._fd = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._fd, self.size)
        self._attach()
        self._mounted = False

    def _attach(self):
        try:
            with open("/dev/loop-control", "rb") as control:
                for _ in range(50):  # another program may take the free one first
                    self.device = f"/dev/loop{fcntl.ioctl(control, LOOP_CTL_GET_FREE)}"
                    self._loop = os.open(self.device, os.O_RDWR | os.O_CLOEXEC)
                    info = struct.pack("=5Q4I64s64s32s2Q", 0, 0, 0, 0, 0, 0, 0, 0, LO_FLAGS_AUTOCLEAR,
                                       self._file[-63:].encode(), b"", b"", 0, 0)
                    try:
                        fcntl.ioctl(self._loop, LOOP_CONFIGURE, struct.pack("=2I", self._fd, 0) + info + bytes(64))
                        return
                    except OSError as error:
                        os.close(self._loop)
                        if error.errno != errno.EBUSY:
                            raise
        except OSError as error:
            raise NotHere(f"no loop device: {error}") from error
        raise NotHere("no free loop device")

    def format(self):
        self._empty()
        if not os.access(self._make[0], os.X_OK):
            raise NotHere(f"there is no {self._make[0]}")
        result = subprocess.run(self._make + [self._file], capture_output=True, text=True)
        if result.returncode != 0:
            raise NotHere(f"{self._make[0]}: {result.stderr.strip()}")
        fcntl.ioctl(self._loop, BLKFLSBUF)

    def _empty(self):
        os.ftruncate(self._fd, 0)
        os.ftruncate(self._fd, self.size)

    def image(self):
        return Image(self._file)

    def restore(self, image):
        self._empty()
        for offset, run in image.runs:
            os.pwrite(self._fd, run, offset)
        fcntl.ioctl(self._loop, BLKFLSBUF)  # what the kernel remembers of the device is of the last image

    def mount(self):
        _mount(self.device, self.mount_point, self.kind, 0, self._options)
        self._mounted = True

    def unmount(self):
        if self._mounted:
            _check(_libc.umount2(self.mount_point.encode(), 0), f"umount {self.mount_point}")
            self._mounted = False

    def cut_power(self):
        """Whatever is not on the disk by now is lost. Mounting again recovers the journal."""
        fd = os.open(self.mount_point, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.ioctl(fd, GOING_DOWN, struct.pack("=I", NO_LOG_FLUSH))
        finally:
            os.close(fd)
        self.unmount()
        self.mount()

    def close(self):
        with contextlib.suppress(OSError):
            self.unmount()
        os.close(self._loop)
        os.close(self._fd)

    def close_quietly(self):
        with contextlib.suppress(OSError):
            self.unmount()
