#if os(Linux)
    import Foundation
    import Testing

    /// `scripts/setup` on an imagined Debian machine: a PATH of stand-ins, and a folder for its headers.
    @Suite struct SetUpTests {
        let machine: TemporaryFolder

        init() throws {
            machine = try TemporaryFolder()
            // The few real commands that the script itself needs.
            for command in ["mktemp", "tail", "rm", "touch"] {
                let real = ["/usr/bin/", "/bin/"].map { $0 + command }
                    .first { FileManager.default.isExecutableFile(atPath: $0) }
                try stand(command, in: "exec \(#require(real)) \"$@\"")
            }
            try stand("uname", in: "echo Linux")
            try stand("swift", in: "exit 0")
            try FileManager.default.createDirectory(
                at: machine.url.appending(path: "include"), withIntermediateDirectories: true)
        }

        /// Puts a command of the given body on the machine.
        func stand(_ command: String, in body: String) throws {
            try machine.write("#!/bin/sh\n\(body)\n", to: "bin/\(command)", executable: true)
        }

        func setUp() throws -> ScriptRun {
            try ScriptRun(
                "scripts/setup",
                environment: [
                    "PATH": machine.url.appending(path: "bin").path,
                    "CHARCHAT_INCLUDE_FOLDERS": machine.url.appending(path: "include").path,
                    "TMPDIR": machine.url.path,
                ])
        }

        /// Has pkg-config know every library once the file `installed` exists.
        func standAptGet(failingUntilUpdated: Bool = false) throws {
            let folder = machine.url.path
            try stand("pkg-config", in: "[ -f \(folder)/installed ]")
            let refusal =
                failingUntilUpdated
                ? "[ -f \(folder)/updated ] || { echo 'E: Unable to locate package'; exit 100; }"
                : ":"
            try stand(
                "apt-get",
                in: """
                    echo "$*" >>\(folder)/apt-get.log
                    case $1 in
                    update) touch \(folder)/updated ;;
                    install) \(refusal); touch \(folder)/installed \(folder)/include/dnnl.h ;;
                    esac
                    """)
        }

        @Test func isSilentWhenNothingIsMissing() throws {
            try stand("pkg-config", in: "exit 0")
            try stand("apt-get", in: "exit 99")
            try machine.write("", to: "include/dnnl.h")
            let run = try setUp()
            #expect(run.status == 0)
            #expect(run.output == "")
        }

        @Test func installsAsRootWhatIsMissingAndNothingElse() throws {
            try standAptGet()
            try stand("id", in: "echo 0")
            let run = try setUp()
            #expect(run.status == 0)
            #expect(
                run.output
                    == "setup: installing libreadline-dev libsqlite3-dev libssl-dev zlib1g-dev libdnnl-dev (apt-get)\n"
            )
            #expect(
                machine.read("apt-get.log")
                    == "install -y --no-install-recommends libreadline-dev libsqlite3-dev libssl-dev zlib1g-dev libdnnl-dev\n"
            )
        }

        @Test func installsOnlyOneDNNWhenOnlyThatIsMissing() throws {
            try standAptGet()
            try machine.write("", to: "installed")
            try stand("id", in: "echo 0")
            let run = try setUp()
            #expect(run.output == "setup: installing libdnnl-dev (apt-get)\n")
        }

        @Test func refreshesThePackageListsOnlyWhenTheFirstTryFails() throws {
            try standAptGet(failingUntilUpdated: true)
            try stand("id", in: "echo 0")
            let run = try setUp()
            #expect(run.status == 0)
            #expect(
                machine.read("apt-get.log").split(separator: "\n").map { $0.prefix(6) }
                    == ["instal", "update", "instal"])
        }

        @Test func goesThroughSudoWhereThatNeedsNoPassword() throws {
            try standAptGet()
            try stand("id", in: "echo 1000")
            try stand("sudo", in: "[ \"$1\" = -n ] && shift; exec \"$@\"")
            try stand("true", in: "exit 0")
            let run = try setUp()
            #expect(run.status == 0)
            #expect(run.output.contains("(apt-get, through sudo)"))
            #expect(machine.read("apt-get.log").hasPrefix("install"))
        }

        @Test(arguments: [true, false])
        func printsTheOneLineToRunWithoutTheRights(withSudo: Bool) throws {
            try standAptGet()
            try stand("id", in: "echo 1000")
            if withSudo { try stand("sudo", in: "echo 'a password is required' >&2; exit 1") }
            let run = try setUp()
            #expect(run.status == 1)
            let lines = run.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(
                lines.last == """
                    sudo apt-get update && sudo apt-get install -y libreadline-dev libsqlite3-dev libssl-dev zlib1g-dev \
                    libdnnl-dev
                    """)
            #expect(machine.read("apt-get.log") == "")
        }

        @Test func showsWhatAptGetSaidWhenItFails() throws {
            try stand("pkg-config", in: "exit 1")
            try stand("apt-get", in: "echo 'E: the disk is full'; exit 100")
            try stand("id", in: "echo 0")
            let run = try setUp()
            #expect(run.status == 1)
            #expect(run.output.contains("E: the disk is full"))
        }

        @Test func saysSoWhenAnInstallationChangedNothing() throws {
            try stand("pkg-config", in: "exit 1")
            try stand("apt-get", in: "exit 0")
            try stand("id", in: "echo 0")
            let run = try setUp()
            #expect(run.status == 1)
            #expect(run.output.contains("still missing after the installation"))
        }

        @Test func asksForSwiftFirst() throws {
            try FileManager.default.removeItem(at: machine.url.appending(path: "bin/swift"))
            let run = try setUp()
            #expect(run.status == 1)
            #expect(run.output.contains("Swift 6.2 or later is needed"))
        }
    }
#endif
