# A program that a look at /proc takes for dead: python3 hard_to_see.py MODE
# MODE: "threads" ends its first thread, so that its state is that of a zombie; "hopping" is another process every 0.3 ms.
# It ends by itself, so that a test that fails leaves nothing behind.
import ctypes, os, platform, signal, sys, threading, time

EXIT_THREAD = {"x86_64": 60, "aarch64": 93}
SECONDS = 20

signal.signal(signal.SIGTERM, signal.SIG_IGN)
if sys.argv[1] == "threads":
    threading.Thread(target=time.sleep, args=[SECONDS]).start()
    ctypes.CDLL(None).syscall(EXIT_THREAD[platform.machine()], 0)
end = time.monotonic() + SECONDS
while time.monotonic() < end:
    if os.fork() > 0:
        os._exit(0)
    time.sleep(0.0003)
