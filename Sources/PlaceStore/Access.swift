import Places
import Postgres

/// Why organisations, grants and keys are not changed as asked; nothing is changed then.
public enum AccessError: Error, Sendable, Hashable, CustomStringConvertible {
  /// There is no such organisation.
  case unknownOrganization(String)
  /// There is no such data source.
  case unknownSource(String)
  /// There is no such key.
  case unknownKey(String)
  /// The organisation is there under another name.
  case otherName(organization: String, name: String)
  /// The data source belongs to another organisation.
  case ownedByAnother(source: String, owner: String, organization: String)
  /// The data source was not shared with the organisation.
  case notGranted(source: String, organization: String)
  /// The built-in data source can be nobody's.
  case builtIn(String)

  /// What is wrong and how to mend it.
  public var description: String {
    switch self {
    case .unknownOrganization(let id):
      "There is no organisation \(id): make it by placeregistry organization add \(id) --name TEXT."
    case .unknownSource(let id): "There is no data source \(id): see placeregistry source list."
    case .unknownKey(let id): "There is no key \(id): see placeregistry key list."
    case .otherName(let organization, let name):
      "The organisation \(organization) is there already and is called \(name): say --rename to change its name."
    case .ownedByAnother(let source, let owner, let organization):
      "The data source \(source) belongs to \(owner): share it by placeregistry organization grant \(organization) "
        + "--source \(source)."
    case .notGranted(let source, let organization):
      "The data source \(source) was not granted to \(organization): see placeregistry organization list."
    case .builtIn(let source):
      "\(source) is the built-in data source of the municipalities' own places and can be nobody's: choose another id."
    }
  }
}

/// An organisation with what it may write.
public struct Organization: Sendable, Hashable {
  /// The id.
  public let id: String
  /// The name.
  public let name: String
  /// The data sources that it owns, in the order of their ids.
  public let sources: [String]
  /// The data sources that others share with it.
  public let granted: [String]
  /// Its keys that are not revoked.
  public let keyCount: Int
}

extension PlaceStore {
  /// What became of an organisation that was to be added.
  public enum Addition: Sendable, Hashable {
    /// It is new.
    case made
    /// It was there under another name.
    case renamed
    /// It was there, and so was its data source.
    case unchanged
  }

  /// Makes an organisation and, where its id can be a data source's, that source, which it owns; a source of that id
  /// that nobody owns becomes its own. Tells what it did and the source's id. Throws ``AccessError`` when the source
  /// belongs to another organisation, or the organisation has another name and `renames` is false.
  public func addOrganization(_ id: OrganizationID, name: String, renames: Bool = false, by author: Author)
    async throws -> (Addition, source: String?)
  {
    try await administer(author) { connection, change in
      let made = try await connection.query(
        "insert into organization (id, name) values (\(id.description), \(name)) on conflict (id) do nothing")
      var result = made.affected > 0 ? Addition.made : .unchanged
      if made.affected == 0 {
        let known = try await connection.query(
          "select name from organization where id = \(id.description) for update"
        ).string(0, 0)
        if let known, known != name {
          guard renames else { throw AccessError.otherName(organization: id.description, name: known) }
          _ = try await connection.query("update organization set name = \(name) where id = \(id.description)")
          result = .renamed
        }
      }
      if result != .unchanged {
        change.tell("organization", .string(id.description))
        change.tell("name", .string(name))
      }
      guard let source = id.source else { return (result, source: nil) }
      try await Self.claim(source, name: name, for: id.description, mayUseForeign: false, connection, &change)
      return (result, source: source.description)
    }
  }

  /// All organisations in the order of their ids.
  public func organizations() async throws -> [Organization] {
    let rows = try await quick(
      """
      select o.id, o.name,
        array(select s.id::text from data_source s where s.organization = o.id order by 1),
        array(select g.data_source::text from source_grant g where g.organization = o.id order by 1),
        (select count(*) from access_key k where k.organization = o.id and k.revoked_time is null)
      from organization o order by o.id
      """)
    return try rows.decode((String, String, [String], [String], Int).self).map {
      Organization(id: $0.0, name: $0.1, sources: $0.2, granted: $0.3, keyCount: $0.4)
    }
  }

  /// Lets an organisation write a data source that is not its own; false when it may already. Throws ``AccessError``
  /// when there is no such organisation or source.
  public func grant(_ source: DataSourceID, to organization: OrganizationID, by author: Author) async throws -> Bool {
    try await administer(author) { connection, change in
      guard source.description != Self.builtInSource else { throw AccessError.builtIn(source.description) }
      try await Self.require(organization.description, connection)
      let known = try await connection.query(
        "select organization from data_source where id = \(source.description) for share")
      guard known.count > 0 else { throw AccessError.unknownSource(source.description) }
      guard known.string(0, 0) != organization.description else { return false }
      let granted = try await connection.query(
        """
        insert into source_grant (organization, data_source) values (\(organization.description), \(source.description))
        on conflict do nothing
        """)
      guard granted.affected > 0 else { return false }
      change.tell("organization", .string(organization.description))
      change.tell("data_source", .string(source.description))
      change.changesRights = true
      return true
    }
  }

  /// Takes back what ``grant(_:to:by:)`` gave. Throws ``AccessError`` when there is nothing to take back.
  public func withdraw(_ source: DataSourceID, from organization: OrganizationID, by author: Author) async throws {
    try await administer(author) { connection, change in
      let removed = try await connection.query(
        """
        delete from source_grant
        where organization = \(organization.description) and data_source = \(source.description)
        """)
      guard removed.affected > 0 else {
        throw AccessError.notGranted(source: source.description, organization: organization.description)
      }
      change.tell("organization", .string(organization.description))
      change.tell("data_source", .string(source.description))
      change.changesRights = true
    }
  }

  /// The data source of the municipalities' own places.
  private static let builtInSource = "fi"

  static func require(_ organization: String, _ connection: PostgresConnection) async throws {
    let known = try await connection.query("select 1 from organization where id = \(organization) for key share")
    guard known.count > 0 else { throw AccessError.unknownOrganization(organization) }
  }

  /// Makes sure that an organisation may write a data source: makes it, takes over one that nobody owns, or finds that it
  /// owns it or was granted it. With `mayUseForeign` (the key of an admin) others' sources are left as they are.
  static func claim(
    _ source: DataSourceID, name: String, for organization: String, mayUseForeign: Bool,
    _ connection: PostgresConnection, _ change: inout AccessChange
  ) async throws {
    let id = source.description
    if id == builtInSource {
      if mayUseForeign { return }
      throw AccessError.builtIn(id)
    }
    let made = try await connection.query(
      """
      insert into data_source (id, name, organization) values (\(id), \(name), \(organization))
      on conflict (id) do nothing
      """)
    if made.affected == 0 {
      let owner = try await connection.query("select organization from data_source where id = \(id) for update")
        .string(0, 0)
      if mayUseForeign || owner == organization { return }
      if let owner {
        let granted = try await connection.query(
          "select 1 from source_grant where organization = \(organization) and data_source = \(id)")
        if granted.count > 0 { return }
        throw AccessError.ownedByAnother(source: id, owner: owner, organization: organization)
      }
      _ = try await connection.query("update data_source set organization = \(organization) where id = \(id)")
    }
    change.tell("data_source", .string(id))
    change.changesRights = true
  }
}

/// What a change of organisations, grants or keys tells the audit log.
struct AccessChange {
  /// Whether somebody may now write or see what they couldn't, or the reverse: answers that were kept count no more.
  var changesRights = false
  private(set) var detail: [JSONValue.Member] = []

  mutating func tell(_ key: String, _ value: JSONValue) { detail.append(.init(key, value)) }
}

extension PlaceStore {
  /// Runs a transaction that changes who may do what, with a row in the audit log when something has changed.
  func administer<R: Sendable>(
    _ author: Author, _ body: (PostgresConnection, inout AccessChange) async throws -> R
  ) async throws -> R {
    do {
      return try await client.transaction { connection in
        var change = AccessChange()
        let result = try await body(connection, &change)
        if !change.detail.isEmpty {
          _ = try await connection.query(
            """
            insert into audit (tx, actor, person, action, request_id, address, lines, detail)
            values (nextval('change_transaction'), \(author.actor), \(author.person), \(author.action),
              \(author.requestID), \(author.address), 0, \(JSONValue.object(change.detail).text)::jsonb)
            """)
        }
        if change.changesRights {
          _ = try await connection.query("update change_head set geography = geography + 1")
        }
        return result
      }
    } catch { throw StoreError.wrapping(error) }
  }
}
