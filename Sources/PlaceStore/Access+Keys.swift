import Places
import Postgres

/// A key as it may be shown: everything but the secret, which nobody has but its holder.
public struct AccessKey: Sendable, Hashable {
  /// The id.
  public let id: String
  /// The organisation that it belongs to.
  public let organization: String
  /// What it allows.
  public let role: Caller.Role
  /// The one data source that it is bound to.
  public let source: String?
  /// When it was made (RFC 3339).
  public let createdTime: String
  /// When it was last used, to the minute.
  public let lastUsedTime: String?
  /// When it was revoked; nil while it works.
  public let revokedTime: String?
}

extension PlaceStore {
  /// Makes a key. A data source that it is bound to is made, and then the organisation's own, when it is new or nobody's.
  /// Throws ``AccessError`` when there is no such organisation, or when another organisation owns the source and has not
  /// granted it, unless the role is admin.
  public func createKey(
    organization: OrganizationID, role: Caller.Role, source: DataSourceID? = nil, by author: Author
  ) async throws -> AccessKeyText {
    try await administer(author) { connection, change in
      try await Self.require(organization.description, connection)
      if let source {
        try await Self.claim(
          source, name: source.description, for: organization.description, mayUseForeign: role == .admin, connection,
          &change)
      }
      for _ in 0..<5 {
        let key = AccessKeyText()
        let made = try await connection.query(
          """
          insert into access_key (id, hash, organization, role, data_source)
          values (\(key.id), decode(\(key.hashText), 'hex'), \(organization.description), \(role.rawValue),
            \(source?.description))
          on conflict (id) do nothing
          """)
        guard made.affected > 0 else { continue }
        change.tell("key", .string(key.id))
        change.tell("organization", .string(organization.description))
        change.tell("role", .string(role.rawValue))
        if let source { change.tell("bound_to", .string(source.description)) }
        return key
      }
      throw StoreError.fault("No free id was found for a key.")
    }
  }

  /// All keys, revoked ones included, by organisation and age.
  public func keys() async throws -> [AccessKey] {
    let rows = try await quick(
      """
      select id, organization, role, data_source, \(Self.rfc3339("created_time")), \(Self.rfc3339("last_used_time")),
        \(Self.rfc3339("revoked_time"))
      from access_key order by organization, access_key.created_time, id
      """)
    return try rows.decode((String, String, String, String?, String, String?, String?).self).map {
      AccessKey(
        id: $0.0, organization: $0.1, role: Caller.Role(rawValue: $0.2) ?? .reader, source: $0.3, createdTime: $0.4,
        lastUsedTime: $0.5, revokedTime: $0.6)
    }
  }

  /// Makes a key useless at once, for every process; false when it was revoked before. Throws ``AccessError`` when there
  /// is no such key.
  public func revokeKey(_ id: String, by author: Author) async throws -> Bool {
    try await administer(author) { connection, change in
      let revoked = try await connection.query(
        """
        update access_key set revoked_time = now() where id = \(id) and revoked_time is null returning organization
        """)
      guard let organization = revoked.string(0, 0) else {
        let known = try await connection.query("select 1 from access_key where id = \(id)")
        guard known.count > 0 else { throw AccessError.unknownKey(id) }
        return false
      }
      change.tell("key", .string(id))
      change.tell("organization", .string(organization))
      return true
    }
  }
}
