#!/usr/bin/env bash
# nat-lab.sh - NAT, loss and partition laboratory made of network namespaces.
#
#      A --- N1 ===link1=== R ===link2=== N2 --- B
#   10.1.0.2   203.0.113.2  |   198.51.100.2   10.2.0.2
#                 public servers: 192.0.2.1 and 192.0.2.2 (inside R)
#
#   nat-lab.sh up                 build it (settings below, from the environment)
#   nat-lab.sh exec NODE CMD...   run a command in A, B, R, N1 or N2
#   nat-lab.sh nat 1|2 KIND       change a NAT while running (flushes its mappings)
#   nat-lab.sh link 1|2 K=V...    change a link: delay jitter loss dup corrupt reorder rate queue
#   nat-lab.sh cut 1|2            partition a side;   nat-lab.sh heal 1|2  back to its last settings
#   nat-lab.sh hold               build it, say "up", and take it down when standard input ends: for a parent that may die
#   nat-lab.sh status | down
#
# KIND: none | full-cone | addr-restricted | port-restricted | symmetric | udp-blocked | web-only
# Links use sch_netem where the kernel has it, else the wire emulator next to this script
# (LINK=netem|wire forces one). delay is one way, per link: ping A->R costs 2 x delay.
set -euo pipefail

LAB=${LAB:-natlab}                   # prefix of namespaces and state: several labs may coexist
NAT1=${NAT1:-port-restricted} NAT2=${NAT2:-port-restricted}
DELAY=${DELAY:-40} JITTER=${JITTER:-0} LOSS=${LOSS:-2} DUP=${DUP:-0} CORRUPT=${CORRUPT:-0}
REORDER=${REORDER:-0} RATE=${RATE:-0} QUEUE=${QUEUE:-1048576} SEED=${SEED:-1} LINK=${LINK:-auto}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=/run/$LAB
wire=${WIRE:-$here/wire}             # where the emulator is, or is to be built
nodes=(A N1 R N2 B)
wan_ip=('' 203.0.113.2 198.51.100.2)
hub_ip=('' 203.0.113.1 198.51.100.1)
inside=('' A B)

die() { echo "nat-lab: $*" >&2; exit 1; }
side() { [[ $1 == 1 || $1 == 2 ]] || die "side must be 1 or 2, not '$1'"; }
in_ns() { local n=$1; shift; ip netns exec "$LAB-$n" "$@"; }

has_netem() {
  local probe=$LAB-probe ok=1
  ip netns add "$probe"
  ip netns exec "$probe" tc qdisc add dev lo root netem delay 1ms 2>/dev/null && ok=0
  ip netns del "$probe"
  return $ok
}

apply_nat() {  # SIDE KIND
  local n=$1 kind=$2 lan=10.$1.0.2 post='' pre='' fwd='' sets=''
  local reply='ct state established,related accept'
  case $kind in
    none) fwd='accept' ;;
    full-cone)
      post="oifname \"wan\" snat to ${wan_ip[n]}"
      pre="iifname \"wan\" meta l4proto udp dnat to $lan"
      fwd='accept' ;;
    addr-restricted)
      post="oifname \"wan\" snat to ${wan_ip[n]}"
      pre="iifname \"wan\" meta l4proto udp dnat to $lan"
      sets='set called { type ipv4_addr; flags dynamic,timeout; timeout 120s; }'
      fwd="oifname \"wan\" add @called { ip daddr }
           oifname \"wan\" accept
           iifname \"wan\" ip saddr @called accept
           $reply" ;;
    port-restricted)
      post='oifname "wan" masquerade'
      fwd="$reply
           oifname \"wan\" accept" ;;
    symmetric)
      post='oifname "wan" masquerade fully-random'
      fwd="$reply
           oifname \"wan\" accept" ;;
    udp-blocked)
      post='oifname "wan" masquerade'
      fwd="meta l4proto udp drop
           $reply
           oifname \"wan\" accept" ;;
    web-only)
      post='oifname "wan" masquerade'
      fwd="$reply
           oifname \"wan\" tcp dport { 80, 443 } accept
           oifname \"wan\" icmp type echo-request accept" ;;
    *) die "unknown NAT kind '$kind'" ;;
  esac
  # The input chain drops what reaches the NAT unsolicited: an unconfirmed conntrack entry then
  # cannot steal the port of the mapping that the inside host is about to create.
  in_ns "N$n" nft -f - <<NFT
flush ruleset
table inet lab {
  $sets
  chain forward {
    type filter hook forward priority 0; policy drop;
    $fwd
  }
  chain input {
    type filter hook input priority 0; policy drop;
    iifname != "wan" accept
    $reply
    icmp type echo-request accept
  }
}
table ip labnat {
  chain prerouting { type nat hook prerouting priority -100; $pre; }
  chain postrouting { type nat hook postrouting priority 100; $post; }
}
NFT
  in_ns "N$n" conntrack -F >/dev/null 2>&1 || true
  echo "$kind" >"$state/nat$n"
}

apply_link() {  # SIDE, settings from $state/link$n
  # shellcheck disable=SC2034  # queue (bytes) is for the wire only: netem counts packets
  local n=$1 word queue
  if [[ $(<"$state/kind") == wire ]]; then
    kill -HUP "$(<"$state/wire$n.pid")"
    return
  fi
  local delay=0 jitter=0 loss=0 dup=0 corrupt=0 reorder=0 rate=0
  for word in $(<"$state/link$n"); do printf -v "${word%%=*}" %s "${word#*=}"; done
  local args="limit 10000 delay ${delay}ms ${jitter}ms loss $loss% duplicate $dup% corrupt $corrupt%"
  [[ $reorder != 0 ]] && args+=" reorder $reorder%"
  [[ $rate != 0 ]] && args+=" rate ${rate}kbit"
  # shellcheck disable=SC2086
  in_ns "N$n" tc qdisc replace dev wan root netem $args
  # shellcheck disable=SC2086
  in_ns R tc qdisc replace dev "pub$n" root netem $args
}

set_link() {  # SIDE K=V...
  local n=$1 word all
  all=" $(<"$state/link$n") "
  shift
  for word in "$@"; do
    [[ $word =~ ^(delay|jitter|loss|dup|corrupt|reorder|rate|queue)=[0-9.]+$ ]] || die "bad setting '$word'"
    all=$(sed -E "s/ ${word%%=*}=[0-9.]+ / $word /" <<<"$all")
  done
  echo "${all//  / }" >"$state/link$n"
  apply_link "$n"
}

up() {
  [[ $EUID == 0 ]] || die 'needs root (or: unshare -Urnm)'
  [[ -e $state ]] && die "$LAB is already up"
  command -v nft >/dev/null || die 'needs nftables (apt-get install nftables conntrack)'
  mkdir -p "$state"
  trap down EXIT
  local kind=$LINK n
  [[ $kind == auto ]] && { has_netem && kind=netem || kind=wire; }
  echo "$kind" >"$state/kind"
  for n in "${nodes[@]}"; do
    ip netns add "$LAB-$n"
    in_ns "$n" ip link set lo up
  done
  for n in R N1 N2; do in_ns "$n" sysctl -qw net.ipv4.ip_forward=1; done
  in_ns R ip addr add 192.0.2.1/32 dev lo
  in_ns R ip addr add 192.0.2.2/32 dev lo
  if [[ $kind == wire && ! $wire -nt $here/wire.c ]]; then
    cc -O2 -o "$wire.$$" "$here/wire.c"
    mv "$wire.$$" "$wire"
  fi
  for n in 1 2; do
    ip -n "$LAB-${inside[n]}" link add eth0 type veth peer name lan netns "$LAB-N$n"
    echo "delay=$DELAY jitter=$JITTER loss=$LOSS dup=$DUP corrupt=$CORRUPT reorder=$REORDER rate=$RATE queue=$QUEUE" >"$state/link$n"
    if [[ $kind == wire ]]; then
      setsid "$wire" "$LAB-N$n" wan "$LAB-R" "pub$n" "$state/link$n" "$((SEED * 2 + n))" \
        </dev/null >/dev/null 2>>"$state/wire$n.log" &
      echo $! >"$state/wire$n.pid"
      for _ in {1..50}; do in_ns R ip link show "pub$n" >/dev/null 2>&1 && break; sleep 0.02; done
    else
      ip -n "$LAB-N$n" link add wan type veth peer name "pub$n" netns "$LAB-R"
    fi
    in_ns "${inside[n]}" ip addr add "10.$n.0.2/24" dev eth0
    in_ns "${inside[n]}" ip link set eth0 up
    in_ns "N$n" ip addr add "10.$n.0.1/24" dev lan
    in_ns "N$n" ip link set lan up
    in_ns "N$n" ip addr add "${wan_ip[n]}" peer "${hub_ip[n]}" dev wan
    in_ns "N$n" ip link set wan up
    in_ns R ip addr add "${hub_ip[n]}" peer "${wan_ip[n]}" dev "pub$n"
    in_ns R ip link set "pub$n" up
    in_ns "${inside[n]}" ip route add default via "10.$n.0.1"
    in_ns "N$n" ip route add default via "${hub_ip[n]}"
    # Servers bound to 0.0.0.0 must answer from the public address that was called.
    in_ns R ip route replace "${wan_ip[n]}/32" dev "pub$n" src 192.0.2.1
    if [[ $kind == netem ]]; then apply_link "$n"; fi
  done
  # Without NAT the inside networks are routed.
  in_ns R ip route add 10.1.0.0/24 via "${wan_ip[1]}"
  in_ns R ip route add 10.2.0.0/24 via "${wan_ip[2]}"
  apply_nat 1 "$NAT1"
  apply_nat 2 "$NAT2"
  trap - EXIT
}

down() {
  trap - EXIT
  local n pid
  [[ -e $state ]] || return 0
  for n in "${nodes[@]}"; do  # only processes that live in this lab's own namespaces
    for pid in $(ip netns pids "$LAB-$n" 2>/dev/null); do kill "$pid" 2>/dev/null || true; done
  done
  for n in 1 2; do
    if [[ -e $state/wire$n.pid ]]; then kill "$(<"$state/wire$n.pid")" 2>/dev/null || true; fi
  done
  for n in "${nodes[@]}"; do ip netns del "$LAB-$n" 2>/dev/null || true; done
  rm -rf "$state"
}

cmd=${1:-help}
shift || true
case $cmd in
  up) up ;;
  down) down ;;
  hold)
    trap : INT TERM HUP  # asked to end, it still waits for its parent, whose processes need it
    up
    echo up
    cat >/dev/null || true
    down
    wait ;;
  *)
    [[ $cmd == help ]] && { sed -n '2,19s/^# \{0,1\}//p' "$0"; exit 0; }
    [[ -e $state ]] || die "$LAB is not up"
    case $cmd in
      exec) node=$1; shift; exec ip netns exec "$LAB-$node" "$@" ;;
      nat) side "$1"; apply_nat "$1" "$2" ;;
      link) side "$1"; set_link "$@" ;;
      cut) side "$1"; [[ -e $state/keep$1 ]] || cp "$state/link$1" "$state/keep$1"; set_link "$1" loss=100 ;;
      heal) side "$1"; [[ -e $state/keep$1 ]] && mv "$state/keep$1" "$state/link$1"; apply_link "$1" ;;
      status)
        echo "links: $(<"$state/kind")"
        for n in 1 2; do
          echo "side $n: nat=$(<"$state/nat$n") $(<"$state/link$n")"
          if [[ -e $state/wire$n.pid ]]; then
            : >"$state/wire$n.log"; kill -USR1 "$(<"$state/wire$n.pid")"; sleep 0.05; sed 's/^/  /' "$state/wire$n.log"
          fi
        done ;;
      *) die "unknown command '$cmd'" ;;
    esac ;;
esac
