# Outlives the process that has started it, and ends the process groups that one has left behind. Reads `+ PID` and `- PID`.
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
