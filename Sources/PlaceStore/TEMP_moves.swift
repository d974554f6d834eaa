extension StoreTransaction {
  func moveLinks(of place: Int64, to: Int64, chosen: [String: Int64]) async throws -> [String] { [] }
  func moveLinksBack(of place: Int64) async throws -> [String] { [] }
  func linkedEvents(of place: Int64) async throws -> [String] { [] }
}
