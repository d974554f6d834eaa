import Places

/// Tells the parts of an address apart, segment by segment.
struct AddressReader {
  var address = AddressText()
  let towns: TownNames
  let isField: Bool
  private var pieces: [Piece] = []
  var named: [Named] = []
  /// The name before the street that may be its first part: an index of ``pieces``.
  private var joinable: Int?
  /// Names whose last word was taken for the town: the index of the piece, all words, the index in ``named``.
  private var trailing: [(piece: Int, words: ArraySlice<AddressWord>, town: Int)] = []
  var awaitsOffice = false

  /// A town that the text names.
  struct Named {
    var town: TownNames.Town
    var words: ArraySlice<AddressWord>
  }

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
    for segment in segments where !AddressWords.isOnline(segment) {
      if let pair = townPair(segment) { pair.forEach { readPost($0) } } else { readPost(segment) }
    }
    settleTrailing()
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
    if AddressWords.notes.contains(first.folded), words.count <= 3 { return nil }
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
      // "Useita paikkoja Turussa"
      if let last = towns.last(words) { named.append(Named(town: last.town, words: words.suffix(last.count))) }
    }
    return true
  }

  /// "Lahti/Hollola", "Turku-Naantali": towns without spaces between.
  private func townPair(_ words: ArraySlice<AddressWord>) -> [ArraySlice<AddressWord>]? {
    guard words.count == 1, let word = words.first, word.folded.contains(" "), towns.town(word.folded) == nil else {
      return nil
    }
    let parts = word.text.unicodeScalars.split { $0 == "/" || $0 == "-" || $0 == "–" }.map {
      [AddressWord(Array($0)[...])][...]
    }
    return parts.count > 1 && parts.allSatisfy { towns.town($0.folded)?.isMunicipality ?? false } ? parts : nil
  }

  // MARK: Streets, towns, rooms, names

  mutating func readParts(_ words: ArraySlice<AddressWord>, isAfterStreet: Bool) {
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
      named.append(Named(town: leading.town, words: words))
      if !leading.town.isMunicipality, !isAfterStreet { pieces.append(.office(words)) }
      return
    }
    if AddressWords.isRoom(words) || address.street != nil && hasName && AddressWords.isHall(words) {
      pieces.append(.room(words))
      return
    }
    if let leading, leading.town.isMunicipality, leading.town.isInflected {
      named.append(Named(town: leading.town, words: words.prefix(leading.count)))
      return readName(words.dropFirst(leading.count), isAfterStreet: isAfterStreet, isBeforeStreet: isBeforeStreet)
    }
    if let last = towns.last(words), last.town.isMunicipality || isAfterStreet,
      !isPreposition(words, before: last.count)
    {
      let town = words.suffix(last.count)
      if !isAfterStreet, !last.town.isInflected { trailing.append((pieces.count, words, named.count)) }
      named.append(Named(town: last.town, words: town))
      // "Circus Helsinki" is called so; "Uimahalli Forssa" is the town's.
      var rest = words.dropLast(last.count)
      if let word = rest.last, word.text == "i" || word.text == "in", rest.count > 1 { rest.removeLast() }
      if !isAfterStreet, !last.town.isInflected, rest.count < 3, !(rest.last?.isNumber ?? false),
        !rest.contains(where: { StreetWords.isVenueKind($0) }),
        !rest.contains(where: { StreetWords.match($0) != nil })
      {
        pieces.append(.name(words))
        return
      }
      return readName(rest, isAfterStreet: isAfterStreet, isBeforeStreet: isBeforeStreet)
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
    return ["ja", "och", "and", "of"].contains(before) || words[words.endIndex - count - 1].text == "&"
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

  private var hasName: Bool { pieces.contains { if case .name = $0 { true } else { false } } }

  // MARK: The whole

  /// "Hard Rock Cafe Helsinki, Helsinki", "Laavu Keitele, Äänekoski": where the town is named besides, the word before is
  /// a part of the name.
  private mutating func settleTrailing() {
    let own = Set(trailing.map(\.town))
    guard named.indices.contains(where: { !own.contains($0) && named[$0].town.isMunicipality }) else { return }
    for (piece, words, _) in trailing where pieces.indices.contains(piece) {
      if case .name(let short) = pieces[piece], short.startIndex == words.startIndex, short.count < words.count {
        pieces[piece] = .name(words)
      }
    }
    named = named.indices.filter { !own.contains($0) }.map { named[$0] }
  }

  /// Without a street that its word or number shows: a street without a number, then any words with one.
  private mutating func settleStreet() {
    guard address.street == nil else { return joinName() }
    for (index, piece) in pieces.enumerated() {
      guard case .name(let words) = piece, let start = StreetFinder.unnumbered(words, isField: isField) else {
        continue
      }
      let street = StreetName.writtenOut(words[start...].joined)
      if address.street == nil {
        address.street = street
        pieces[index] = start > words.startIndex ? .name(words[..<start]) : .gone
      } else if start == words.startIndex {
        // The other language's, or a corner's.
        address.furtherStreets.append(street)
        pieces[index] = .gone
      }
    }
    if address.street != nil { return }
    for (index, piece) in pieces.enumerated() {
      guard case .name(let words) = piece, let found = StreetFinder.plain(words) else { continue }
      street(words, found)
      pieces[index] = found.start > words.startIndex ? .name(words[..<found.start]) : .gone
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
    let hasName = hasName
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
        if officeIsName { add(words, to: \.names) }
        officeIsName = false
        roomIsName = false
      case .gone: break
      }
    }
  }

  private mutating func add(_ words: ArraySlice<AddressWord>, to list: WritableKeyPath<AddressText, [String]>) {
    var text = words.joined
    // A sentence's full stop is none of the name's.
    if text.last == ".", let last = words.last, last.folded.utf8.count >= 6, !last.isNumber { text.removeLast() }
    if !text.isEmpty, !address[keyPath: list].contains(text) { address[keyPath: list].append(text) }
  }

  private mutating func settleTowns() {
    if address.postOffice == nil, address.elsewhere == nil {
      address.postOffice = named.filter { !$0.town.isInflected && towns.postOffice(named: $0.words.folded) != nil }
        .map(\.words.joined).first { !address.names.contains($0) }
    }
    let municipal = named.filter(\.town.isMunicipality)
    var codes: Set<MunicipalityCode> = []
    var near: Set<MunicipalityCode> = []
    // Towns that agree are one; others are a route's.
    var all: Set<MunicipalityCode>?
    for name in municipal.isEmpty ? named : municipal {
      let found = Set(name.town.municipalities)
      near.formUnion(found)
      near.formUnion(towns.postOffice(named: name.words.folded) ?? [])
      all = all?.intersection(found) ?? found
      codes.formUnion(found)
    }
    if let all, !all.isEmpty { codes = all }
    if let code = address.postalCode, let municipality = towns.municipality(of: code),
      codes.isEmpty || near.contains(municipality)
    {
      codes = [municipality]
    }
    address.municipalities = codes.sorted()
  }
}
