import ArgumentParser

/// The command line. Exit codes: 0 done, 1 refused or failed, 2 wrong use, 3 done with rejected rows.
@main
struct PlaceRegistry: AsyncParsableCommand {
  static let version = "0.1.0"
  static let configuration = CommandConfiguration(
    commandName: "placeregistry",
    abstract: "A place registry for municipalities: every venue once, under an id that never dies.",
    version: version,
    subcommands: [
      Serve.self, Migrate.self, Seed.self, Check.self, Import.self, Export.self, Harvest.self, Resolve.self,
      PlaceCommand.self, SourceCommand.self, DuplicateCommand.self,
      OrganizationCommand.self, KeyCommand.self, AuditCommand.self, RedactCommand.self,
      Transform.self, Hours.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let error as ExitCode {
      exit(withError: error)
    } catch {
      // ArgumentParser ends wrong use with 64 (sysexits); here it is 2.
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      if code == .success {
        print(text)
        exit(withError: ExitCode.success)
      }
      Stderr.write(text.hasPrefix("Error:") ? "placeregistry: " + text.dropFirst(7) : text)
      exit(withError: code == .validationFailure ? ExitCode(2) : ExitCode(1))
    }
  }
}
