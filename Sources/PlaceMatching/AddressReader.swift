import Places

/// Tells the parts of an address apart, segment by segment.
struct AddressReader {
  private(set) var address = AddressText()
  private let towns: TownNames
  private let isField: Bool
  private var pieces: [Piece] = []
  private var named: [(town: TownNames.Town, folded: String)] = []
  /// The name before the street that may be its first part: an index of ``pieces``.
  private var joinable: Int?
  private var officeFromTown: String?
  private var awaitsOffice = false
  private var hasCode = false

  private enum Piece {
    case name(ArraySlice<AddressWord>)
    case room(ArraySlice<AddressWord>)
    /// A post office that is no municipality: a town after a street, else perhaps the name itself.
    case office(ArraySlice<AddressWord>)
    case gone
  }

  init(_ text: String, towns: TownNames, isField: Bool = false) {
    self.towns = towns
    self.isField = isField
    let segments = AddressSegments(text).segments.compactMap { Self.telling($0) }
    if readElsewhere(segments) {
      settleTowns()
      return
    }
    for segment in segments where !AddressWords.isOnline(segment) { readPost(segment) }
    settleStreet()
    settleNames()
    settleTowns()
  }

  // MARK: What says nothing, or nowhere

  /// A segment without what says nothing; nil when nothing is left.
  private static func telling(_ segment: ArraySlice<AddressWord>) -> ArraySlice<AddressWord>? {
    var words = segment
    while let last = words.last, last.text == "None" || last.text == "null" || words.count > 1 && last.text == "NULL" {
      words.removeLast()
    }
    if words.count > 1, let last = words.last, AddressWords.countries.contains(last.folded),
      last.folded != "suomi" || hasCode(words)
    {
      words.removeLast()
    }
    guard let first = words.first else { return nil }
    if words.count == 1, AddressWords.countries.contains(first.folded) { return nil }
    return words.count <= 3 && AddressWords.nothing.contains(words.folded) ? nil : words
  }

  private static func hasCode(_ words: ArraySlice<AddressWord>) -> Bool { words.contains { code($0) != nil } }

  private mutating func readElsewhere(_ segments: [ArraySlice<AddressWord>]) -> Bool {
    var found: AddressText.Elsewhere?
    for words in segments {
      if AddressWords.isOnline(words) {
        found = .online
      } else if AddressWords.isVarious(words) {
        found = found ?? .various
      } else if let first = towns.first(words), first.count == words.count {
        continue
      } else {
        return false
      }
    }
    guard let found else { return false }
    address.elsewhere = found
    for words in segments {
      if let first = towns.first(words), first.count == words.count { named.append((first.town, words.folded)) }
    }
    return true
  }

  // MARK: Care of, boxes, codes

  private mutating func readPost(_ words: ArraySlice<AddressWord>) {
    guard !words.isEmpty else { return }
    if awaitsOffice {
      awaitsOffice = false
      if let first = towns.first(words), first.count == words.count {
        return office(words, first.town)
      }
    }
    for index in words.indices {
      let folded = words[index].folded
      if folded == "c o", words[index].text.contains("/"), index + 1 < words.endIndex {
        return readCareOf(words, at: index)
      }
      if let (number, count) = Self.box(words[index...]) {
        readPost(words[..<index])
        address.postOfficeBox = address.postOfficeBox ?? number
        return readPost(words[(index + count)...])
      }
      let isCountry = ["fi", "fin", "ax"].contains(folded) && index + 1 < words.endIndex
      if let code = Self.code(words[isCountry ? index + 1 : index]) {
        readParts(words[..<index], isAfterStreet: false)
        return readOffice(words[(index + (isCountry ? 2 : 1))...], code)
      }
    }
    readParts(words, isAfterStreet: false)
  }

  private mutating func readCareOf(_ words: ArraySlice<AddressWord>, at index: Int) {
    if index > words.startIndex { readParts(words[..<index], isAfterStreet: false) }
    let rest = words[(index + 1)...]
    let street = StreetFinder.numbered(rest, isField: false)
    let end = rest.indices.first { Self.code(words[$0]) != nil || Self.box(words[$0...]) != nil } ?? rest.endIndex
    let stop = min(street?.start ?? end, end)
    address.careOf = address.careOf ?? rest[..<stop].joined
    if stop > rest.startIndex || stop < rest.endIndex { readPost(rest[stop...]) }
  }

  private static func box(_ words: ArraySlice<AddressWord>) -> (number: String, count: Int)? {
    guard let first = words.first else { return nil }
    let second = words.dropFirst().first
    func number(_ word: AddressWord?) -> String? {
      guard let word, word.isDigits, (1...5).contains(word.folded.utf8.count) else { return nil }
      return word.folded
    }
    if AddressWords.boxes.contains(first.folded) || first.folded == "box" { return number(second).map { ($0, 2) } }
    if first.folded == "po" || first.folded == "p o", second?.folded == "box" {
      return number(words.dropFirst(2).first).map { ($0, 3) }
    }
    if first.folded.hasPrefix("pl") || first.folded.hasPrefix("pb") {
      let digits = first.folded.dropFirst(2)
      if (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
        return (String(digits), 1)
      }
    }
    return nil
  }

  /// `20100`, `FI-20100`, `FIN-20100`, `AX-22100`.
  static func code(_ word: AddressWord) -> PostalCode? {
    guard word.folded.utf8.count >= 5, word.folded.utf8.last.map({ (0x30...0x39).contains($0) }) ?? false else {
      return nil
    }
    let digits: Substring
    if word.isNumber {
      digits = word.folded[...]
    } else {
      guard let prefix = ["fi ", "fin ", "ax ", "fi", "sf "].first(where: { word.folded.hasPrefix($0) }) else {
        return nil
      }
      digits = word.folded.dropFirst(prefix.count)
    }
    guard digits.utf8.count == 5 else { return nil }
    return try? PostalCode(digits)
  }

  private mutating func readOffice(_ words: ArraySlice<AddressWord>, _ code: PostalCode) {
    let isFirst = address.postalCode == nil
    if isFirst { address.postalCode = code }
    hasCode = true
    guard !words.isEmpty else {
      awaitsOffice = address.postOffice == nil
      return
    }
    if let first = towns.first(words) {
      office(words.prefix(first.count), first.town)
      return readPost(words.dropFirst(first.count))
    }
    let plain = words.prefix { !$0.isNumber }
    let count =
      StreetFinder.numbered(words, isField: false) == nil && plain.count <= 3 ? plain.count : min(1, plain.count)
    if count > 0 { office(words.prefix(count), nil) }
    if count < words.count { readPost(words.dropFirst(count)) }
  }

  /// The post office of a postal code.
  private mutating func office(_ words: ArraySlice<AddressWord>, _ town: TownNames.Town?) {
    if address.postOffice == nil {
      address.postOffice = words.joined
    } else if words.folded != address.postOffice.map({ Folding.fold($0) }) {
      address.furtherPostOffices.append(words.joined)
    }
    if let town { named.append((town, words.folded)) }
  }

  // MARK: Streets, towns, rooms, names

  private mutating func readParts(_ words: ArraySlice<AddressWord>, isAfterStreet: Bool) {
    guard !words.isEmpty else { return }
    guard let found = StreetFinder.numbered(words, isField: isField && address.street == nil) else {
      return readName(words, isAfterStreet: isAfterStreet)
    }
    readName(words[..<found.start], isAfterStreet: isAfterStreet, isBeforeStreet: true)
    if found.mayTakeOneMore, address.street == nil, case .name = pieces.last ?? .gone { joinable = pieces.count - 1 }
    street(words, found)
    readParts(words[found.end...], isAfterStreet: true)
  }

  private mutating func street(_ words: ArraySlice<AddressWord>, _ found: StreetFinder.Found) {
    let name = words[found.start..<found.house].joined
    if address.street == nil {
      address.street = StreetName.writtenOut(name)
      let parts = found.parts
      (address.number, address.numberEnd, address.letter) = (parts.number, parts.numberEnd, parts.letter)
      (address.staircase, address.apartment) = (parts.staircase, parts.apartment)
    } else {
      let whole = words[found.start..<found.end].joined
      let isSame = name.lowercased() == address.street?.lowercased() && found.parts.number == address.number
      if !isSame { address.furtherStreets.append(whole) }
    }
  }

  private mutating func readName(
    _ words: ArraySlice<AddressWord>, isAfterStreet: Bool, isBeforeStreet: Bool = false
  ) {
    guard let first = words.first else { return }
    if words.count == 1, AddressWords.nothing.contains(first.folded) { return }
    let leading = towns.first(words)
    if let leading, leading.count == words.count {
      // "Halli" after a venue's name is a hall, "Lava" a stage.
      named.append((leading.town, words.folded))
      if leading.town.isMunicipality || isAfterStreet {
        if !leading.town.isInflected { officeFromTown = officeFromTown ?? words.joined }
      } else {
        pieces.append(.office(words))
      }
      return
    }
    if AddressWords.isRoom(words) {
      pieces.append(.room(words))
      return
    }
    if let leading, leading.town.isMunicipality, leading.town.isInflected {
      named.append((leading.town, words.prefix(leading.count).folded))
      return readName(words.dropFirst(leading.count), isAfterStreet: isAfterStreet, isBeforeStreet: isBeforeStreet)
    }
    if let last = towns.last(words), last.town.isMunicipality || isAfterStreet,
      !isPreposition(words, before: last.count)
    {
      let town = words.suffix(last.count)
      named.append((last.town, town.folded))
      if !last.town.isInflected { officeFromTown = officeFromTown ?? town.joined }
      return readName(words.dropLast(last.count), isAfterStreet: isAfterStreet, isBeforeStreet: isBeforeStreet)
    }
    if let floor = trailingRoom(words) {
      readName(words[..<floor], isAfterStreet: isAfterStreet, isBeforeStreet: isBeforeStreet)
      pieces.append(.room(words[floor...]))
      return
    }
    if words.count == 1, first.folded == "i" || first.folded == "os" { return }
    pieces.append(.name(words))
  }

  /// "Gården i Åbo": the town goes with its preposition; "Vaasan ja Kokkola" does not.
  private func isPreposition(_ words: ArraySlice<AddressWord>, before count: Int) -> Bool {
    guard words.count > count else { return false }
    let before = words[words.endIndex - count - 1].folded
    return ["ja", "och", "and", "of", "in", "&"].contains(before) || words[words.endIndex - count - 1].text == "&"
  }

  /// Where a floor or a numbered hall begins at the end of a name: "Malmitalo 2. krs", "Vuotalo sali 2".
  private func trailingRoom(_ words: ArraySlice<AddressWord>) -> Int? {
    guard words.count >= 2, let last = words.last else { return nil }
    if AddressWords.endsWithFloor(last.folded) { return words.endIndex - 1 }
    guard words.count >= 3 else { return nil }
    let before = words[words.endIndex - 2]
    if AddressWords.floors.contains(last.folded), before.isNumber || before.folded.utf8.count <= 2 {
      return words.endIndex - 2
    }
    if AddressWords.floors.contains(before.folded), last.isNumber { return words.endIndex - 2 }
    return nil
  }

  // MARK: The whole

  /// Without a street that its word or number shows: a street without a number, then any words with one.
  private mutating func settleStreet() {
    guard address.street == nil else { return joinName() }
    for (index, piece) in pieces.enumerated() {
      guard case .name(let words) = piece, let start = StreetFinder.unnumbered(words, isField: isField) else {
        continue
      }
      address.street = StreetName.writtenOut(words[start...].joined)
      pieces[index] = start > words.startIndex ? .name(words[..<start]) : .gone
      return
    }
    for (index, piece) in pieces.enumerated() {
      guard case .name(let words) = piece, let found = StreetFinder.plain(words) else { continue }
      street(words, found)
      pieces[index] = .gone
      return
    }
    if isField, address.postOfficeBox == nil, case .name(let words) = pieces.first {
      address.street = words.joined
      pieces[0] = .gone
    }
  }

  /// "Löfvingin Tapanin tie 3": whose first word is no venue's name where another name stands beside it.
  private mutating func joinName() {
    guard let joinable, case .name(let words) = pieces[joinable], let street = address.street else { return }
    let others = pieces.indices.contains { index in
      if case .name = pieces[index] { return index != joinable }
      return false
    }
    guard others || isField else { return }
    address.street = words.joined + " " + street
    pieces[joinable] = .gone
  }

  private mutating func settleNames() {
    let hasName = pieces.contains { if case .name = $0 { true } else { false } }
    let hasAddress = address.street != nil || address.postOfficeBox != nil || isField
    var roomIsName = !hasName && !hasAddress
    var officeIsName = !hasName
    for piece in pieces {
      switch piece {
      case .name(let words): add(words, to: \.names)
      case .room(let words):
        add(words, to: roomIsName ? \.names : \.rooms)
        roomIsName = false
        officeIsName = false
      case .office(let words):
        if officeIsName { add(words, to: \.names) } else { officeFromTown = officeFromTown ?? words.joined }
        officeIsName = false
        roomIsName = false
      case .gone: break
      }
    }
  }

  private mutating func add(_ words: ArraySlice<AddressWord>, to list: WritableKeyPath<AddressText, [String]>) {
    let text = words.joined
    if !text.isEmpty, !address[keyPath: list].contains(text) { address[keyPath: list].append(text) }
  }

  private mutating func settleTowns() {
    if address.postOffice == nil, let office = officeFromTown,
      !address.names.contains(office), towns.postOffice(named: Folding.fold(office)) != nil
    {
      address.postOffice = office
    }
    let municipal = named.filter(\.town.isMunicipality)
    var codes: Set<MunicipalityCode> = []
    var near: Set<MunicipalityCode> = []
    for (town, folded) in municipal.isEmpty ? named : municipal {
      let found = Set(town.municipalities)
      near.formUnion(found)
      near.formUnion(towns.postOffice(named: folded) ?? [])
      codes = codes.isDisjoint(with: found) ? codes.union(found) : codes.intersection(found)
    }
    if let code = address.postalCode, let municipality = towns.municipality(of: code),
      codes.isEmpty || near.contains(municipality)
    {
      codes = [municipality]
    }
    address.municipalities = codes.sorted()
  }
}
