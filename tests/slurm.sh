#!/bin/sh
# slurm.sh - the recipe of examples/slurm on a cluster of one machine that this script starts and ends: munged, slurmctld and slurmd with
# a configuration of its own. One shard is killed and run again; the parts put together are, byte for byte, what one run gives.
#     BIN=bin MODEL=model/default.dixit sh tests/slurm.sh       (as root; packages slurm-wlm and munge)
BIN=${BIN:-bin} MODEL=${MODEL:-model/default.dixit}
case $BIN in /*) ;; *) BIN=$PWD/$BIN ;; esac
case $MODEL in /*) ;; *) MODEL=$PWD/$MODEL ;; esac
PATH=$PATH:/usr/sbin:/sbin
for p in munged slurmctld slurmd sbatch; do
	command -v $p >/dev/null || { echo "SKIPPED: no $p here (packages slurm-wlm and munge), so that the Slurm recipe is not tested"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "SKIPPED: not root, so that no Slurm can be started for its recipe"; exit 0; }
ROOT=$PWD
T=$(mktemp -d) || exit 1
chmod 755 "$T"
pids=
end() { for p in $pids; do kill "$p" 2>/dev/null; done; sleep 1; for p in $pids; do kill -9 "$p" 2>/dev/null; done; rm -rf "$T"; }
trap end EXIT
fails=0
fail() { fails=$((fails + 1)); echo "FAILED: $*"; }
wait_for() { # SECONDS COMMAND...
	n=$(($1 * 5)); shift
	while ! "$@" >/dev/null 2>&1; do n=$((n - 1)); [ $n -gt 0 ] || return 1; sleep 0.2; done
}

# ---- the cluster
mkdir -p "$T/munge" "$T/state" "$T/spool"
dd if=/dev/urandom of="$T/munge/key" bs=128 count=1 2>/dev/null
chmod 700 "$T/munge"; chmod 400 "$T/munge/key"
munged --foreground --force --key-file="$T/munge/key" --socket="$T/munge/socket" --pid-file="$T/munge/pid" --log-file="$T/munge/log" --seed-file="$T/munge/seed" >"$T/munge/out" 2>&1 &
pids="$pids $!"
wait_for 10 test -S "$T/munge/socket" || { cat "$T/munge/out"; echo "munged did not start"; exit 1; }
chmod 711 "$T/munge"
host=$(hostname -s)
cat >"$T/slurm.conf" <<X
ClusterName=dixit
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$T/munge/socket
CredType=cred/munge
StateSaveLocation=$T/state
SlurmdSpoolDir=$T/spool
SlurmctldPidFile=$T/slurmctld.pid
SlurmdPidFile=$T/slurmd.pid
SlurmctldLogFile=$T/slurmctld.log
SlurmdLogFile=$T/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
JobRequeue=1
KillWait=2
MinJobAge=3600
SchedulerParameters=sched_interval=1,batch_sched_delay=0
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=512 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
X
SLURM_CONF=$T/slurm.conf; export SLURM_CONF
slurmctld -D -f "$SLURM_CONF" >"$T/ctld.out" 2>&1 & pids="$pids $!"
slurmd -D -f "$SLURM_CONF" -N "$host" >"$T/slurmd.out" 2>&1 & pids="$pids $!"
wait_for 30 sh -c 'sinfo -h -o %T | grep -q idle' || { tail -5 "$T/slurmctld.log" "$T/slurmd.log" "$T/ctld.out" "$T/slurmd.out"; echo "FAILED: the cluster did not start"; exit 1; }

# ---- the corpus: lines of very different lengths, bad ones among them, no line feed at the end; a directory of files
awk 'BEGIN { for (i = 0; i < 3000; i++) {
	if (i % 97 == 5) { print "{bad"; continue }
	printf "{\"id\":\"n%d\",\"text\":\"", i
	for (k = 0; k <= i * 7919 % 13; k++) printf "\\\"Number %d,\\\" said Al Kerr. The minister said that it was bad. ", i
	printf "\"}%s", i < 2999 ? "\n" : "" } }' </dev/null >"$T/articles.jsonl"
mkdir -p "$T/dir/b" "$T/dir/a-b"
cp examples/harbour.txt "$T/dir/b/1.txt"; cp examples/reservoir.txt "$T/dir/b.txt"; cp examples/harbour.txt "$T/dir/a-b/2.txt"
head -n 50 "$T/articles.jsonl" | gzip -c >"$T/dir/c.jsonl.gz"; printf 'bad \377' >"$T/dir/d.txt"
DIXIT=$BIN/dixit-predict DIXIT_MODEL=$MODEL; export DIXIT DIXIT_MODEL
"$DIXIT" -o "$T/want" "$T/articles.jsonl" 2>/dev/null
"$DIXIT" -o "$T/want.dir" "$T/dir" 2>/dev/null

recipe=$ROOT/examples/slurm
submit() { sbatch --parsable --mem=100 --chdir="$T" "$@"; }
over() { [ -z "$(squeue -h -j "$1" 2>/dev/null)" ]; }

# ---- one file in 12 byte ranges; the task of one shard is killed while it runs
sh "$recipe/plan.sh" "$T/work" 12 "$T/articles.jsonl" >/dev/null || fail "plan"
cat >"$T/slow" <<X
#!/bin/sh
# The program that one shard uses at first: it stops in the middle of a record, as if it hung, until it is killed.
for o; do case \$o in *5.jsonl.part) "$DIXIT" "\$@" & sleep 0.05; printf '{"id":"half' >>"\$o"; touch "$T/hangs"; exec sleep 1000 ;; esac; done
exec "$DIXIT" "\$@"
X
chmod +x "$T/slow"
job=$(DIXIT=$T/slow submit --array=0-11 "$recipe/shard.sbatch" "$T/work") || fail "sbatch"
wait_for 60 test -e "$T/hangs" || fail "shard 5 did not start"
sh "$recipe/merge.sh" "$T/work" >/dev/null 2>&1 && fail "merge did not refuse"
wait_for 90 sh -c "[ \$(ls '$T/work/part' | grep -c 'jsonl\$') -eq 11 ]" || fail "the other shards did not end"
scancel --signal=KILL --full "${job}_5"; scancel "${job}_5"
wait_for 30 over "$job" || fail "the job did not end"
again=$(sh "$recipe/missing.sh" "$T/work")
[ "$again" = 5 ] || fail "missing: $again, not 5"
for p in $(pgrep -f "$T/work/part/5.jsonl.part"); do kill -9 "$p"; done      # where scancel has not reached it
job=$(submit --array="$again" "$recipe/shard.sbatch" "$T/work")
wait_for 60 over "$job" || fail "the second run did not end"
sh "$recipe/merge.sh" "$T/work" >"$T/got" || { fail "merge"; cat "$T/work/log/5.err"; }
cmp "$T/got" "$T/want" || fail "the parts of the file are not what one run gives"
job=$(submit --array=0-11 "$recipe/shard.sbatch" "$T/work"); wait_for 60 over "$job"
sh "$recipe/merge.sh" "$T/work" | cmp - "$T/want" || fail "running all again changes the parts"

# ---- a directory in 3 lists
sh "$recipe/plan.sh" "$T/work2" 3 "$T/dir" >/dev/null
job=$(submit --array=0-2 "$recipe/shard.sbatch" "$T/work2"); wait_for 60 over "$job"
sh "$recipe/merge.sh" "$T/work2" | cmp - "$T/want.dir" || fail "the parts of the directory are not what one run gives"

[ $fails -eq 0 ] && echo "slurm.sh: 12 + 3 shards, one killed and run again: the bytes of one run"
[ $fails -eq 0 ]
