# What `docker build` and `docker run` do, without Docker: in an overlay of this machine's own root directory, which is not
# changed. In namespaces of its own. Usage: image.sh FOLDER, with these files in it: run (the RUN instructions), copy (two
# lines: the files, and where to), env (one variable a line), user, entrypoint and health (one word a line).
set -e
cd "$1"
mkdir disk && mount -t tmpfs tmpfs disk && mkdir disk/upper disk/work disk/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$PWD/disk/upper,workdir=$PWD/disk/work" disk/root
root=$PWD/disk/root
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"

chroot "$root" /bin/sh -e <run
{ read -r files && read -r to; } <copy
# shellcheck disable=SC2086 -- one word for each file
cp $files "$root$to"

mapfile -t variables <env
mapfile -t entrypoint <entrypoint
mapfile -t health <health
container=(env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${variables[@]}")
container+=(chroot --userspec="$(cat user)" "$root")
"${container[@]}" "${health[@]}" >/dev/null 2>&1 || echo "unhealthy before the start"
"${container[@]}" "${entrypoint[@]}" --port 0 &
server=$!
until "${container[@]}" "${health[@]}" >health.out 2>&1; do
  kill -0 "$server"
  sleep 0.05
done
head -n 1 health.out
echo "user $(awk '/^[UG]id/ { print $2 }' "/proc/$server/status" | xargs)"
kill -TERM "$server"
code=0
wait "$server" || code=$?
echo "exit $code"
"${container[@]}" "${health[@]}" >/dev/null 2>&1 || echo "unhealthy after the end"
