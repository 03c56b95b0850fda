# shellcheck shell=bash
# Completion for pysshrp's commands in bash; installed as /usr/share/bash-completion/completions/pysshrp-handler, with links for the others.

# The exact users of the configuration on the command line, else of the usual one; of its included files too. Patterns are nobody's name.
_pysshrp_users() {
  local config=/etc/pysshrp/pysshrp.ini i
  for ((i = 1; i + 1 < ${#COMP_WORDS[@]}; ++i)); do  # --config=FILE is three words
    [ "${COMP_WORDS[i]}" != --config ] || config=${COMP_WORDS[i + 1]}
    [ "${COMP_WORDS[i]}" != --config ] || [ "$config" != = ] || config=${COMP_WORDS[i + 2]-}
  done
  _pysshrp_users_of "$config" 0
}

_pysshrp_users_of() {  # FILE DEPTH
  local line section='' directory=${1%/*} items item file
  [[ $1 == */* ]] || directory=.
  [ -r "$1" ] && [ "$2" -lt 8 ] || return 0
  while IFS= read -r line; do
    line=${line%$'\r'}
    if [[ $line =~ ^\[([^]]*)\] ]]; then
      section=${BASH_REMATCH[1]}
    elif [[ $section == server[[:blank:]]* && $line =~ ^user[[:blank:]]*[=:][[:blank:]]*([^^[:blank:]][^[:blank:]]*)[[:blank:]]*$ ]]; then
      printf '%s\n' "${BASH_REMATCH[1]}"
    elif [[ $section == pysshrp && $line =~ ^include[[:blank:]]*[=:][[:blank:]]*(.*)$ ]]; then
      IFS=', ' read -ra items <<< "${BASH_REMATCH[1]}"
      for item in "${items[@]}"; do
        [[ $item == /* ]] || item=$directory/$item
        while IFS= read -r file; do _pysshrp_users_of "$file" $(($2 + 1)); done < <(compgen -G "$item")
      done
    elif [[ $section == pysshrp && $line =~ ^routes_dir[[:blank:]]*[=:][[:blank:]]*([^[:blank:]]*)[[:blank:]]*$ ]]; then
      for file in "${BASH_REMATCH[1]}"/*.ini; do
        [ ! -e "$file" ] || basename -- "$file" .ini
      done
    fi
  done < "$1"
}

_pysshrp_sessions() {  # the processes and units of the live sessions
  systemctl --no-pager show --property MainPID,Id 'pysshrp@*.service' 2> /dev/null | sed -n 's/^\(MainPID\|Id\)=//p' | grep -vx 0
}

_pysshrp_words() {  # WORD...: those that go on as what has been typed
  local word
  COMPREPLY=()
  while IFS= read -r word; do
    [[ -z $word || $word != "${COMP_WORDS[COMP_CWORD]}"* ]] || COMPREPLY+=("$(printf %q "$word")")
  done < <(printf '%s\n' "$@")
}

_pysshrp() {
  local before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[0]##*/}
  [ "$before" != = ] || before=${COMP_WORDS[COMP_CWORD - 2]}
  [ "${COMP_WORDS[COMP_CWORD]}" != = ] || COMP_WORDS[COMP_CWORD]=
  COMPREPLY=()
  case $command:$before in
    pysshrp-handler:--explain | pysshrp-handler:--probe) _pysshrp_words "$(_pysshrp_users)" ;;
    pysshrp-sessions:--end) _pysshrp_words "$(_pysshrp_sessions)" ;;
    pysshrp-report:--since | pysshrp-report:--until) _pysshrp_words today yesterday now -1h -1d -7d ;;
    pysshrp-handler:--config) compopt -o default 2> /dev/null || true ;;
    pysshrp-convert:--output) compopt -o dirnames 2> /dev/null || true ;;
    pysshrp-handler:*) _pysshrp_words --config --check --explain --probe --allow-root --allow-no-seccomp --version --help ;;
    pysshrp-sessions:*) _pysshrp_words --json --end --help ;;
    pysshrp-report:* | pysshrp-convert:*)
      compopt -o default 2> /dev/null || true
      [[ ${COMP_WORDS[COMP_CWORD]} != -* ]] || case $command in
        pysshrp-report) _pysshrp_words --since --until --json --help ;;
        pysshrp-convert) _pysshrp_words --output --help ;;
      esac
      ;;
  esac
}
complete -F _pysshrp pysshrp-handler pysshrp-sessions pysshrp-report pysshrp-convert
