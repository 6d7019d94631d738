# A formula for a tap: `brew install --HEAD ./packaging/homebrew/charchat.rb` from a checkout whose address
# stands in CHARCHAT_SOURCE, or with the address of a release filled in.
class Charchat < Formula
  desc "Chat with a small recurrent language model in the terminal"
  license "GPL-3.0-or-later"
  head ENV.fetch("CHARCHAT_SOURCE", Pathname.new(__dir__).parent.parent.to_s), using: :git, branch: "main"

  depends_on xcode: ["16.3", :build]
  depends_on "readline"
  uses_from_macos "swift" => :build, since: :sequoia
  uses_from_macos "sqlite"
  uses_from_macos "zlib"

  on_linux do
    depends_on "onednn"
    depends_on "openssl@3"
  end

  def install
    system "scripts/build", "--disable-sandbox"
    system "scripts/dist"
    system "scripts/install-files", "install", ".build/dist", prefix
    rm share/"charchat/installed"
    bash_completion.install_symlink share/"bash-completion/completions/charchat"
    fish_completion.install_symlink share/"fish/vendor_completions.d/charchat.fish"
  end

  test do
    ENV["CHARCHAT_HOME"] = testpath.to_s
    assert_match "charchat #{version}", shell_output("#{bin}/charchat --version") unless build.head?
    assert_equal 1, pipe_output("#{bin}/charchat --no-save --temperature 0", "Hello!\n", 0).lines.count
    assert_match "Paris", shell_output("#{bin}/charchat search 'capital of France'")
  end
end
