# What Scripts/run says when the service is ready. Needs common.sh.
# shellcheck shell=bash disable=SC2154 # `child` is from common.sh

# wait_until_ready URL SECONDS: until /ready answers 200; no longer than SECONDS or the service lives.
wait_until_ready() {
  local deadline=$((SECONDS + $2)) status
  while ((SECONDS < deadline)) && kill -0 "$child" 2>/dev/null; do
    status=$(curl --noproxy '*' -s -o /dev/null -w '%{http_code}' --max-time 5 "$1/ready") || status=""
    # Alive still, so the answer is not somebody else's who took the port meanwhile.
    if [[ $status == 200 ]] && kill -0 "$child" 2>/dev/null; then return 0; fi
    sleep 0.2
  done
  return 1
}

welcome() {
  local near="$1/v1/place/?dwithin_origin=24.9414,60.1719&dwithin_metres=500&show_all_places=true&page_size=3"
  local town="$1/v1/place/?municipality=Helsingfors&show_all_places=true&page_size=3"
  local answer id=fi:091
  answer=$(curl --noproxy '*' -s --max-time 10 "$town") || answer=""
  # The first "id" of the answer is its first place's. Without places Helsinki itself, which is always there.
  if [[ $answer =~ \"id\"[[:space:]]*:[[:space:]]*\"([^\"\\]+)\" ]]; then id=$(percent_encode "${BASH_REMATCH[1]}"); fi
  cat <<EOT

placeregistry answers on $1 (documentation: $1/docs). Ctrl-C stops it. Try:

  curl '$near'
  curl '$town'
  curl '$1/v1/place/$id/'

EOT
}

# For a path, byte by byte.
percent_encode() {
  local LC_ALL=C text=$1 i character
  for ((i = 0; i < ${#text}; i++)); do
    character=${text:i:1}
    case $character in
      [A-Za-z0-9:._~-]) printf '%s' "$character" ;;
      *) printf '%%%02X' "'$character" ;;
    esac
  done
}
