import Places

/// What a question is looked for by.
public struct MatchSearch: Sendable {
  /// Keys that a place must both have (the same twice: one key), and what that tells, the more the better.
  public struct Group: Sendable, Hashable {
    /// The first key.
    public let first: Int64
    /// The second, or the first again.
    public let second: Int64
    /// How much it tells.
    public let weight: Double
  }
  /// A word or street of a question, and the words of the registry that it may mean.
  public struct Word: Sendable, Hashable {
    /// Folded, without dots.
    public let plain: String
    /// It and what it may be an inflection of.
    public let forms: [String]
  }

  /// At most so many groups are looked for.
  static let maximumGroups = 40

  private let names: [[[String]]]
  private let weights: [String: Double]
  private let streets: [(plain: String, number: Int?)]
  private let municipalities: [MunicipalityCode]

  /// Prepares the search of a question.
  public init(_ subject: MatchSubject) {
    var weights: [String: Double] = [:]
    names = subject.names.prefix(8).map { segments in
      segments.prefix(6).map { words in
        words.prefix(8).map { word in
          weights[word.plain] = word.weight
          return word.plain
        }
      }
    }
    self.weights = weights
    streets = subject.streets.prefix(3).map { ($0.plain, $0.number) }
    municipalities = Array(subject.municipalities.sorted().prefix(4))
  }

  /// The words to be looked up in the registry's vocabulary.
  public var words: [Word] {
    var seen: Set<String> = []
    let single = names.joined().joined().filter { $0.utf8.count >= 4 && seen.insert($0).inserted }
      .map { Word(plain: $0, forms: [$0] + Inflection.bases($0)) }
    let whole = streets.map(\.plain).filter { $0.utf8.count >= 4 && seen.insert($0).inserted }
      .map { Word(plain: $0, forms: [$0]) }
    return single + whole
  }

  /// The groups to look for, the most telling first; `meanings` are the words that a word of the question may stand for,
  /// `isHot` tells the keys that so many places have that they are of no use alone.
  public func groups(meanings: [String: [String]], isHot: (Int64) -> Bool) -> [Group] {
    var groups: [Group] = []
    var seen: Set<Int64> = []
    func add(_ weight: Double, _ first: Int64, _ second: Int64? = nil) {
      guard seen.insert(first &* 31 &+ (second ?? first)).inserted else { return }
      groups.append(Group(first: first, second: second ?? first, weight: weight))
    }
    func forms(_ word: String) -> ArraySlice<String> { (meanings[word] ?? [word]).prefix(4) }

    for street in streets {
      for plain in forms(street.plain) {
        if let number = street.number { add(6, MatchKey.house(plain, number)) }
        for municipality in municipalities {
          let key = MatchKey.street(plain, in: municipality)
          if !isHot(key) { add(1, key) }
        }
      }
    }
    for segments in names {
      for words in segments where !words.isEmpty {
        let whole = words.map { forms($0).first ?? $0 }
        for name in Set([words, whole]) {
          for municipality in municipalities { add(8, MatchKey.name(name, in: municipality)) }
          add(6, MatchKey.name(name))
        }
      }
      pairs(Array(segments.joined()), forms, isHot, add)
    }
    return Array(groups.sorted { $0.weight > $1.weight }.prefix(Self.maximumGroups))
  }

  /// Two words of a name, or one and the municipality, or one alone where few places have it.
  private func pairs(
    _ words: [String], _ forms: (String) -> ArraySlice<String>, _ isHot: (Int64) -> Bool,
    _ add: (Double, Int64, Int64?) -> Void
  ) {
    let telling = Array(words.sorted { (weights[$0] ?? 1, $1) > (weights[$1] ?? 1, $0) }.prefix(6))
    for (index, word) in telling.enumerated() {
      let weight = weights[word] ?? 1
      for form in forms(word) {
        if !isHot(MatchKey.word(form)), weight >= 0.5 { add(weight, MatchKey.word(form), nil) }
        for municipality in municipalities {
          let key = MatchKey.word(form, in: municipality)
          if !isHot(key) { add(1.5 + weight, key, nil) }
        }
        for other in telling[(index + 1)...] {
          for second in forms(other).prefix(2) {
            add(2 + weight + (weights[other] ?? 1), MatchKey.word(form), MatchKey.word(second))
            for municipality in municipalities {
              let keys = (MatchKey.word(form, in: municipality), MatchKey.word(second, in: municipality))
              if isHot(keys.0), isHot(keys.1) { add(3 + weight, keys.0, keys.1) }
            }
          }
        }
      }
    }
  }
}
