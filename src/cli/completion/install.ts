/** How to install the completion of a shell, in one line that can be pasted. */
export const install = {
  /** If the package bash-completion is installed, which loads it on demand. */
  bash: "mkdir -p ~/.local/share/bash-completion/completions && onduty completion bash > ~/.local/share/bash-completion/completions/onduty",
  /** Any other bash. */
  bashAlone: "onduty completion bash > ~/.onduty-completion.bash && echo '. ~/.onduty-completion.bash' >> ~/.bashrc",
  zsh: "mkdir -p ~/.zfunc && onduty completion zsh > ~/.zfunc/_onduty && print 'fpath=(~/.zfunc $fpath); autoload -Uz compinit; compinit' >> ~/.zshrc",
  fish: "mkdir -p ~/.config/fish/completions && onduty completion fish > ~/.config/fish/completions/onduty.fish",
  powershell: `onduty completion powershell > "$HOME/.onduty-completion.ps1"; Add-Content $PROFILE '. "$HOME/.onduty-completion.ps1"'`,
} as const;
