# Kills the remaining process groups after the host process has exited, which ends the input.
# Each line of the input adds (`+ PID`) or removes (`- PID`) a process group.
groups=' '
while read -r sign pid; do
  case $sign in
    +) groups="$groups$pid " ;;
    -) groups="${groups%% "$pid" *} ${groups#* "$pid" }" ;;
  esac
done
for pid in $groups; do
  kill -s KILL -- "-$pid" 2>/dev/null
done
