import Logging
import Places
import Postgres
import Synchronization

extension PlaceStore {
  /// Who holds a key; nil when it is unknown, malformed or revoked. One indexed read each time, so that a revoked key, a
  /// new grant and a source that was taken away count at once on any number of processes.
  public func caller(key text: String) async throws -> Caller? {
    guard let key = AccessKeyText(text) else { return nil }
    let rows = try await quick(
      """
      select encode(k.hash, 'hex'), k.organization, k.role, k.data_source, \(Self.sources(of: "k.organization")),
        k.last_used_time is null or k.last_used_time < now() - interval '1 minute'
      from access_key k where k.id = \(key.id) and k.revoked_time is null
      """)
    let found = try rows.first(as: (String, String, String, String?, [String], Bool).self)
    guard let (hash, organization, role, source, sources, isUseDue) = found, key.matches(hexadecimal: hash),
      let role = Caller.Role(rawValue: role)
    else { return nil }
    if isUseDue { noteUse(of: key.id) }
    return Caller(
      organization: organization, role: role, sources: Set(sources), onlySource: source, person: "key:\(key.id)")
  }

  /// Somebody for whom an issuer of tokens vouches; nil when there is no such organisation.
  public func caller(organization: OrganizationID, role: Caller.Role, person: String) async throws -> Caller? {
    let id = organization.description
    let rows = try await quick("select \(Self.sources(of: "o.id")) from organization o where o.id = \(id)")
    guard let sources = try rows.first(as: [String].self) else { return nil }
    return Caller(organization: id, role: role, sources: Set(sources), person: person)
  }

  /// The data sources that an organisation owns or was granted, as an array.
  private static func sources(of organization: SQL) -> SQL {
    """
    array(
      select s.id::text from data_source s where s.organization = \(organization)
      union select g.data_source::text from source_grant g where g.organization = \(organization))
    """
  }

  /// Notes that a key was used, beside the request that used it; a failure is not the request's.
  private func noteUse(of id: String) {
    guard keyUses.begin(id) else { return }
    Task {
      do {
        _ = try await query(
          """
          update access_key set last_used_time = now()
          where id = \(id) and (last_used_time is null or last_used_time < now() - interval '1 minute')
          """)
      } catch { logger.debug("the use of a key was not noted", metadata: ["key": "\(id)", "error": "\(error)"]) }
      keyUses.end(id)
    }
  }
}

/// The keys whose use is being noted, so that a thousand requests at once note it once.
final class KeyUses: Sendable {
  private let ids = Mutex<Set<String>>([])

  func begin(_ id: String) -> Bool { ids.withLock { $0.insert(id).inserted } }
  func end(_ id: String) { _ = ids.withLock { $0.remove(id) } }
}
