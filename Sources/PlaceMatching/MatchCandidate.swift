import Geodesy
import Places

/// A place of the registry as it is compared.
public struct MatchCandidate: Sendable {
  /// The place's id.
  public let id: String
  /// Whether the question asks for it by its id or a foreign identifier.
  public var isIdentified = false
  let names: [[NameWord]]
  /// Former, short and other names.
  let alternates: [[NameWord]]
  let streets: [MatchSubject.Street]
  let postOffices: [String]
  /// The same without the dots of å, ä, ö.
  let plainOffices: [String]
  let areas: [[NameWord]]
  let parents: [[NameWord]]
  let postalCode: PostalCode?
  /// The municipality that counts.
  public let municipality: MunicipalityCode?
  /// Degrees (WGS 84), longitude as x.
  public let position: Coordinate?
  let isClosed: Bool

  /// Makes a candidate of its stored ``MatchText``; `parent` is that of the place that it is part of.
  public init(
    id: String, text: MatchText, parent: MatchText? = nil, postalCode: PostalCode?, municipality: MunicipalityCode?,
    position: Coordinate?, isClosed: Bool
  ) {
    self.id = id
    names = text.names.map { NameWord.words($0) }
    alternates = text.alternates.map { NameWord.words($0) }
    streets = text.streets.map { MatchSubject.Street(key: $0.key, number: $0.number, end: $0.end, letter: $0.letter) }
    postOffices = text.postOffices
    plainOffices = text.postOffices.map { Folding.plain($0) }
    areas = text.areas.map { NameWord.words($0) }
    parents = (parent.map { $0.names + $0.alternates } ?? []).map { NameWord.words($0) }
    self.postalCode = postalCode
    self.municipality = municipality
    self.position = position
    self.isClosed = isClosed
  }
}
