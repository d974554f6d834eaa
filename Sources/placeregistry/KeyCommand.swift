import ArgumentParser
import PlaceStore
import Places

/// `placeregistry key`
struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Keys, with which organisations read drafts and write.",
    subcommands: [Create.self, List.self, Revoke.self])

  /// `placeregistry key create`
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a key and print it, once: only its hash is stored.",
      discussion: """
        A reader sees its organisation's drafts, an editor also writes its data sources (or only the one of --source), an \
        admin writes everything. The data source of --source is made, owned by the organisation, if it is new.
        """)

    @Option(help: "The organisation.")
    var organization: String

    @Option(help: "What the key allows: reader, editor or admin.")
    var role: Caller.Role

    @Option(help: "Bind the key to this data source; made if it is new.")
    var source: String?

    @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
    var format: OutputFormat = .text

    func run() async throws {
      let organization = try GivenID.organization(self.organization)
      let source = try self.source.map(GivenID.source)
      let action = "key create --organization \(organization) --role \(role)" + (source.map { " --source \($0)" } ?? "")
      let key = try await Session.run(try await Settings.load()) {
        try await $0.store.createKey(organization: organization, role: role, source: source, by: .command(action))
      }
      if format == .json {
        var w = JSONWriter()
        w.beginObject()
        w.member("id", key.id)
        w.member("key", key.text)
        w.member("organization", organization.description)
        w.member("role", role.rawValue)
        if let source { w.member("data_source", source.description) }
        w.endObject()
        print(w.string)
      } else {
        print(key.text)
        Stderr.write(
          "This is shown once: keep it. placeregistry key revoke \(key.id) makes it useless. Send it as apikey: KEY or "
            + "Authorization: Bearer KEY.")
      }
    }
  }

  /// `placeregistry key list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the keys, without their secrets.")

    @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
    var format: OutputFormat = .text

    func run() async throws {
      let keys = try await Session.run(try await Settings.load()) { try await $0.store.keys() }
      guard format == .json else {
        for key in keys {
          let state =
            key.revokedTime.map { "revoked \($0)" } ?? key.lastUsedTime.map { "last used \($0)" } ?? "never used"
          print("\(key.id)\t\(key.organization)\t\(key.role)\t\(key.source ?? "all its sources")\t\(state)")
        }
        return
      }
      var w = JSONWriter()
      w.beginArray()
      for key in keys {
        w.beginObject()
        w.member("id", key.id)
        w.member("organization", key.organization)
        w.member("role", key.role.rawValue)
        w.member("data_source", key.source)
        w.member("created_time", key.createdTime)
        w.member("last_used_time", key.lastUsedTime)
        w.member("revoked_time", key.revokedTime)
        w.endObject()
      }
      w.endArray()
      print(w.string)
    }
  }

  /// `placeregistry key revoke`
  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a key useless, at once and for good.")

    @Argument(help: "The key's id, as key list shows it.")
    var id: String

    func run() async throws {
      // Whoever pastes the whole key has its id in it; nothing else of it is used or told.
      let id = AccessKeyText(self.id)?.id ?? self.id
      let isNew = try await Session.run(try await Settings.load()) {
        try await $0.store.revokeKey(id, by: .command("key revoke \(id)"))
      }
      print(isNew ? "Revoked \(id)." : "\(id) was revoked already.")
    }
  }
}

extension Caller.Role: ExpressibleByArgument {}
