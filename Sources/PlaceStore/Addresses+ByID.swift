import Geodesy
import Places
import Postgres

/// What the address register knows under an id.
public enum AddressLookup: Sendable, Hashable {
  /// A living address.
  case address(FoundAddress)
  /// It is in the register no more: since when (RFC 3339), and which import retired it.
  case retired(time: String, session: String)
  /// There never was such an address.
  case unknown
}

extension PlaceStore {
  /// The address with this id (`<source>:<local>`). Throws ``StoreError``.
  public func address(id: String) async throws -> AddressLookup {
    let gazetteer = try await municipalities()
    let rows = try await quick(
      """
      select \(Self.columns("a")), a.state = 'live', \(Self.rfc3339("a.modified_time")), a.session
      from address a left join postal_code o on o.code = a.postal_code where a.id = \(id)
      """)
    guard rows.count > 0 else { return .unknown }
    let first = Self.columnCount
    guard rows.bool(0, first) == true else {
      return .retired(time: rows.string(0, first + 1) ?? "", session: rows.string(0, first + 2) ?? "")
    }
    return .address(try Self.address(rows, 0, gazetteer))
  }
}
