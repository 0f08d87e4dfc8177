# Completion of tidings for bash.
# Made from the command line's grammar: a test compares.
_tidings() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    local command=${COMP_WORDS[1]} options=
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "plan send resume status control verify export resolve report recent token gateway bench demo --help --version" -- "$word")
        return
    fi
    case $previous in
        --recipients) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --dir) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
        --colour) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word"); return ;;
        --color) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word"); return ;;
        --log-format) mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word"); return ;;
        --outcome) mapfile -t COMPREPLY < <(compgen -W "accepted rejected unknown failed expired invalid duplicate suppressed" -- "$word"); return ;;
        --out) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --unknown) mapfile -t COMPREPLY < <(compgen -W "sent resend" -- "$word"); return ;;
        --http) mapfile -t COMPREPLY < <(compgen -W "auto 1.1 2" -- "$word"); return ;;
        --ca-file) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    esac
    case $command in
        plan) options="--version --help --set --recipients --name --dir --threads --help-keys --probe --quiet --json --no-progress --progress-every --colour --color" ;;
        send) options="--version --help --set --recipients --name --dir --threads --help-keys --again --yes --listen --listen-token --quiet --json --no-progress --progress-every --colour --color --log-format" ;;
        resume) options="--version --help --dir --set --threads --yes --moved --listen --listen-token --quiet --json --no-progress --progress-every --colour --color --log-format" ;;
        status) options="--version --help --dir --watch --metrics --quiet --json --no-progress --progress-every --colour --color" ;;
        control) options="--version --help --dir --quiet --json --no-progress --progress-every --colour --color" ;;
        verify) options="--version --help --dir --quiet --json --no-progress --progress-every --colour --color" ;;
        export) options="--version --help --dir --outcome --out --from-log --quiet --json --no-progress --progress-every --colour --color" ;;
        resolve) options="--version --help --dir --unknown --ask --rows --yes --quiet --json --no-progress --progress-every --colour --color" ;;
        report) options="--version --help --dir --out" ;;
        recent) options="--version --help --forget --state --quiet --json --no-progress --progress-every --colour --color" ;;
        token) options="--version --help --set --recipients --name --dir --threads --help-keys --bot --claims" ;;
        gateway) options="--version --help --set --port --control-port --quiet --json --no-progress --progress-every --colour --color" ;;
        bench) options="--version --help --url --i-own-this-host --messages --duration --rate --connections --threads --http --ca-file --quiet --json --no-progress --progress-every --colour --color" ;;
        demo) options="--version --help --rows --seed --rate --dir --quiet --json --no-progress --progress-every --colour --color" ;;
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
        return
    fi
    case $command in
        resume|status|control|verify|export|resolve|report)
            if [ "$COMP_CWORD" -eq 2 ]; then
                local runs
                runs=$(cd "${TIDINGS_OUTPUT__DIR:-runs}" 2>/dev/null &&
                    ls -d -- */ 2>/dev/null | tr -d /)
                mapfile -t COMPREPLY < <(compgen -W "$runs" -- "$word"
                    compgen -d -- "$word")
            elif [ "$command" = control ] && [ "$COMP_CWORD" -eq 3 ]; then
                mapfile -t COMPREPLY < <(
                    compgen -W "pause continue stop rate" -- "$word")
            fi ;;
        *) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    esac
}
complete -o filenames -F _tidings tidings
