# Starts systemd as process 1 of namespaces of its own, with the units of this project and no others, and carries out a
# script in it. Its changes of /etc, /var and /dev end with it. Usage: boot.sh PROJECT FOLDER; FOLDER has drive.sh, and gets its output.
set -e
if [[ $1 != --inside ]]; then
  # In a cgroup of its own, which is removed afterwards.
  cgroup=$(findmnt --noheadings --first-only --output TARGET --types cgroup2)$(sed -n 's/^0:://p' /proc/self/cgroup)
  cgroup=${cgroup%/}/rankserver-test-$$
  mkdir "$cgroup"
  remove() { find "$cgroup" -depth -type d -exec rmdir {} \;; }
  trap remove EXIT
  namespaces=(--mount --pid --fork --kill-child=KILL --mount-proc --uts --ipc --net --cgroup)
  enter='echo $$ >"$0/cgroup.procs"; exec timeout --signal=KILL 60 unshare "$@"'
  bash -c "$enter" "$cgroup" "${namespaces[@]}" bash "$0" --inside "$@"
  exit
fi
shift
project=$1 folder=$2
units=/usr/lib/systemd/system
own=/etc/systemd/system

mount --make-rprivate /
mount -t tmpfs tmpfs /run
for directory in etc var; do
  mkdir -p "/run/disk/$directory/upper" "/run/disk/$directory/work"
  options=lowerdir=/$directory,upperdir=/run/disk/$directory/upper,workdir=/run/disk/$directory/work
  mount -t overlay overlay -o "$options" "/$directory"
done
# systemd makes links in /dev.
mkdir -p /run/dev/shm /run/dev/pts /run/dev/mqueue
cp -a /dev/{null,zero,full,random,urandom,tty,console} /run/dev/
ln -s pts/ptmx /run/dev/ptmx
ln -s /proc/self/fd /run/dev/fd
mount --bind /run/dev /dev
mkdir /run/kept
for unit in basic sysinit sockets shutdown multi-user network network-online slices; do
  cp -L "$units/$unit.target" /run/kept/
done
cp -L "$units"/systemd-journald{.service,.socket,-dev-log.socket} /run/kept/
mount -t tmpfs tmpfs "$units"
cp /run/kept/* "$units/"
mount -t tmpfs tmpfs /usr/lib/systemd/system-generators
rm -rf "${own:?}"/*

echo 'rankserver:x:990:990::/:/usr/sbin/nologin' >>/etc/passwd
echo 'rankserver:x:990:' >>/etc/group
mkdir -p /etc/rankserver /etc/rankclient
for unit in "$project"/examples/systemd/*; do
  sed "s|/usr/local/bin/rank|$project/dist/rank|" "$unit" >"$own/${unit##*/}"
done
cat >"$own/drive.service" <<END
[Unit]
DefaultDependencies=no
Wants=systemd-journald.socket
After=systemd-journald.socket
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
ExecStart=/bin/bash $folder/drive.sh $project/dist/rankserver
StandardOutput=file:$folder/output
StandardError=file:$folder/errors
END

mount -t cgroup2 none /sys/fs/cgroup
# As the manager of a container does: what systemd mounts for a service is seen there.
mount --make-rshared /
export container=test
exec /lib/systemd/systemd --system --unit=drive.service --log-target=null --show-status=0
