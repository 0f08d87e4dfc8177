# Completion of tidings for bash. Install as /usr/share/bash-completion/completions/tidings.
# The options come from the program's own help, so that they are always the ones it has.
_tidings() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    local command=${COMP_WORDS[1]}
    local commands="plan send resume status control verify export resolve report recent"
    commands="$commands token gateway bench demo"
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
        return
    fi
    case $previous in
        --outcome)
            local outcomes="accepted rejected unknown failed expired invalid duplicate suppressed"
            mapfile -t COMPREPLY < <(compgen -W "$outcomes" -- "$word")
            return ;;
        --unknown) mapfile -t COMPREPLY < <(compgen -W "sent resend" -- "$word"); return ;;
        --colour|--color)
            mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word"); return ;;
        --log-format) mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word"); return ;;
        --http) mapfile -t COMPREPLY < <(compgen -W "auto 1.1 2" -- "$word"); return ;;
        --dir) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    esac
    if [[ $word == -* ]]; then
        local options
        options=$("${COMP_WORDS[0]}" "$command" --help 2>/dev/null |
            grep -oE -- '(^|[ ,])--?[a-z][a-z-]*' | tr -d ' ,' | sort -u)
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
        return
    fi
    case $command in
        resume|status|control|verify|export|resolve|report)
            if [ "$COMP_CWORD" -eq 2 ]; then
                local runs
                runs=$(cd "${TIDINGS_OUTPUT__DIR:-runs}" 2>/dev/null && ls -d -- */ 2>/dev/null |
                    tr -d /)
                mapfile -t COMPREPLY < <(compgen -W "$runs" -- "$word"; compgen -d -- "$word")
            elif [ "$command" = control ] && [ "$COMP_CWORD" -eq 3 ]; then
                mapfile -t COMPREPLY < <(compgen -W "pause continue stop rate" -- "$word")
            fi ;;
        *) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    esac
}
complete -o filenames -F _tidings tidings
