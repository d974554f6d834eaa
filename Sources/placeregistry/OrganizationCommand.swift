import ArgumentParser
import PlaceStore
import Places

/// `placeregistry organization`
struct OrganizationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "organization", abstract: "Organisations, their data sources, and sources shared between them.",
    subcommands: [Add.self, List.self, Grant.self, Withdraw.self])

  /// `placeregistry organization add`
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add an organisation, and the data source of the same id, which it owns.",
      discussion: "A data source of that id that nobody owns becomes its own. Adding it again changes nothing.")

    @Argument(help: "The id: lower-case letters, digits, '_', '.', ':' or '-', such as turku.")
    var id: String

    @Option(help: "The name, such as \"Turun kaupunki\".")
    var name: String

    @Flag(help: "Change the name of an organisation that is there already.")
    var rename = false

    func run() async throws {
      let id = try GivenID.organization(self.id)
      guard !name.allSatisfy(\.isWhitespace) else { throw ValidationError("--name: give the organisation's name.") }
      let settings = try await Settings.load()
      let (done, source) = try await Session.run(settings) {
        try await $0.store.addOrganization(
          id, name: name, renames: rename, by: .command("organization add \(id)"))
      }
      let owned = source.map { ", owner of the data source \($0)" } ?? ", without a data source: its id can't be one's"
      switch done {
      case .made: print("Added \(id) (\(name))\(owned).")
      case .renamed: print("\(id) is now called \(name)\(owned).")
      case .unchanged: print("\(id) (\(name)) is there\(owned).")
      }
    }
  }

  /// `placeregistry organization list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the organisations with the data sources that they own or share.")

    @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
    var format: OutputFormat = .text

    func run() async throws {
      let organizations = try await Session.run(try await Settings.load()) { try await $0.store.organizations() }
      guard format == .json else {
        for one in organizations {
          let granted = one.granted.isEmpty ? "" : ", writes also \(one.granted.joined(separator: ", "))"
          let owned = one.sources.isEmpty ? "nothing" : one.sources.joined(separator: ", ")
          print("\(one.id)\towns \(owned)\(granted)\t\(one.keyCount) keys\t\(one.name)")
        }
        return
      }
      var w = JSONWriter()
      w.beginArray()
      for one in organizations {
        w.beginObject()
        w.member("id", one.id)
        w.member("name", one.name)
        w.key("data_sources")
        w.value(.array(one.sources.map { .string($0) }))
        w.key("granted")
        w.value(.array(one.granted.map { .string($0) }))
        w.key("keys")
        w.integer(one.keyCount)
        w.endObject()
      }
      w.endArray()
      print(w.string)
    }
  }

  /// `placeregistry organization grant`
  struct Grant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Share a data source: let another organisation write it, too.")

    @Argument(help: "The organisation that may write it from now on.")
    var organization: String

    @Option(help: "The data source.")
    var source: String

    func run() async throws {
      let organization = try GivenID.organization(self.organization)
      let source = try GivenID.source(self.source)
      let isNew = try await Session.run(try await Settings.load()) {
        try await $0.store.grant(
          source, to: organization, by: .command("organization grant \(organization) --source \(source)"))
      }
      print(isNew ? "\(organization) may write \(source)." : "\(organization) may write \(source) already.")
    }
  }

  /// `placeregistry organization withdraw`
  struct Withdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End the sharing of a data source with an organisation.")

    @Argument(help: "The organisation that may not write it any more.")
    var organization: String

    @Option(help: "The data source.")
    var source: String

    func run() async throws {
      let organization = try GivenID.organization(self.organization)
      let source = try GivenID.source(self.source)
      try await Session.run(try await Settings.load()) {
        try await $0.store.withdraw(
          source, from: organization, by: .command("organization withdraw \(organization) --source \(source)"))
      }
      print("\(organization) may not write \(source) any more.")
    }
  }
}

/// Ids on the command line; what can be none is wrong use.
enum GivenID {
  static func organization(_ text: String) throws -> OrganizationID {
    do { return try OrganizationID(text) } catch { throw ValidationError("\(text): \(error)") }
  }

  static func source(_ text: String) throws -> DataSourceID {
    do { return try DataSourceID(text) } catch { throw ValidationError("\(text): \(error)") }
  }
}

extension Author {
  /// Whoever may run commands here.
  static func command(_ action: String) -> Author { Author(actor: "command", action: action) }
}
