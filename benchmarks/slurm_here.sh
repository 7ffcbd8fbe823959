#!/bin/sh
# A real Slurm on this one machine, to try the graph on: `benchmarks/slurm_here.sh start`, `... stop`. As root, without
# systemd, from Debian's packages: apt-get install --no-install-recommends slurm-wlm
#
# One node that claims 8 processors, 64 GB and two cards (stand-ins: no file of a card is opened), whatever is there: Slurm
# keeps its books by them, and nothing holds a job to them. Everything lies in FOLDER, but for two links in /etc/slurm.
set -eu
FOLDER=${SLURM_HERE:-/tmp/slurm-here}
CONF=/etc/slurm
MARK=made-by-slurm-here # written by start: stop deletes no other folder
HOST=$(hostname -s)

stop() {
    if [ -e "$FOLDER" ] && [ ! -e "$FOLDER/$MARK" ]; then
        echo "$FOLDER was not made by \`$0 start\`: nothing is stopped or deleted. SLURM_HERE names the folder of the start." >&2
        exit 1
    fi
    [ ! -e "$FOLDER/run/slurmctld.pid" ] || scancel --user "$(id -un)" || true
    for daemon in slurmd slurmctld munged; do
        [ -e "$FOLDER/run/$daemon.pid" ] || continue
        process=$(cat "$FOLDER/run/$daemon.pid")
        kill "$process" || true
        for _ in $(seq 60); do # each still writes at its end
            kill -0 "$process" 2>/dev/null || break
            sleep 0.5
        done
    done
    for file in slurm.conf gres.conf; do
        [ "$(readlink "$CONF/$file")" != "$FOLDER/$file" ] || rm "$CONF/$file"
    done
    rm -rf "$FOLDER"
}

start() {
    if [ -n "$(ls -A "$FOLDER" 2>/dev/null)" ]; then
        echo "$FOLDER is not empty, and stop would delete it: set SLURM_HERE to a folder that is not there yet." >&2
        exit 1
    fi
    for file in slurm.conf gres.conf; do
        if [ -e "$CONF/$file" ] || [ -L "$CONF/$file" ]; then
            echo "$CONF/$file is there: this machine has a Slurm, which is left alone." >&2
            exit 1
        fi
    done
    mkdir -p "$FOLDER"
    touch "$FOLDER/$MARK"
    mkdir -p "$FOLDER/state" "$FOLDER/spool" "$FOLDER/log" "$FOLDER/run" "$CONF" /run/munge
    chmod 755 /run/munge
    cat >"$FOLDER/slurm.conf" <<END
ClusterName=here
SlurmctldHost=$HOST(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
SlurmctldPort=16817
SlurmdPort=16818
SlurmctldPidFile=$FOLDER/run/slurmctld.pid
SlurmdPidFile=$FOLDER/run/slurmd.pid
SlurmctldLogFile=$FOLDER/log/slurmctld.log
SlurmdLogFile=$FOLDER/log/slurmd.log
StateSaveLocation=$FOLDER/state
SlurmdSpoolDir=$FOLDER/spool
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$FOLDER/log/jobs.log
GresTypes=gpu
MinJobAge=600
ReturnToService=2
KillWait=5
NodeName=$HOST NodeAddr=127.0.0.1 CPUs=8 Boards=1 SocketsPerBoard=1 CoresPerSocket=8 ThreadsPerCore=1 RealMemory=64000 Gres=gpu:2 State=UNKNOWN
PartitionName=main Nodes=$HOST Default=YES MaxTime=INFINITE DefMemPerCPU=200 State=UP
END
    printf 'AutoDetect=off\nNodeName=%s Name=gpu File=/dev/null,/dev/zero\n' "$HOST" >"$FOLDER/gres.conf"
    ln -s "$FOLDER/slurm.conf" "$FOLDER/gres.conf" "$CONF/"
    (umask 077 && head -c 1024 /dev/urandom >"$FOLDER/munge.key")
    munged --key-file="$FOLDER/munge.key" --pid-file="$FOLDER/run/munged.pid" --log-file="$FOLDER/log/munged.log" \
        --seed-file="$FOLDER/munge.seed" --num-threads=2
    slurmctld -c
    slurmd -N "$HOST"
    for _ in $(seq 60); do
        [ "$(sinfo --noheader --format %T 2>/dev/null)" != idle ] || exit 0
        sleep 0.5
    done
    echo "The node did not come up within 30 seconds: $FOLDER/log/ has what Slurm says." >&2
    exit 1
}

case "${1:-}" in
start | stop) "$1" ;;
*)
    sed -n '2,6s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac
