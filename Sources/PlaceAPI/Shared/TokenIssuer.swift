import Places

/// An OpenID Connect issuer whose tokens are taken, and what their claims mean here.
public struct TokenIssuer: Sendable, Hashable {
  /// Where the issuer's keys are (a JSON Web Key Set, RFC 7517).
  public enum Keys: Sendable, Hashable {
    /// At an address.
    case url(String)
    /// In a file.
    case file(String)
  }

  /// The claim `iss`, exactly.
  public var issuer: String
  /// One of these is in the claim `aud`: tokens for others are not for us.
  public var audiences: [String]
  /// Where its keys are.
  public var keys: Keys
  /// The organisation of all its people; nil: a claim tells.
  public var organization: String?
  /// The claim that tells the organisation; dots lead into nested objects.
  public var organizationClaim: String?
  /// From the organisation claim's values to organisations; nil: the values are the ids.
  public var organizations: [String: String]?
  /// The claim that tells the role.
  public var roleClaim: String
  /// From the role claim's values to roles.
  public var roles: [String: Caller.Role]

  /// Reads the settings, an array of objects. `directory` is where files that are not named from the root begin. Throws
  /// ``InvalidValue`` naming the issuer, the member and what would be right.
  public static func list(json: [UInt8], directory: String) throws(InvalidValue) -> [TokenIssuer] {
    let document: JSONValue
    do { document = try JSONParser.parse(json) } catch {
      throw InvalidValue("oidc", value: "", "The file is no JSON: \(error).")
    }
    guard let elements = document.arrayValue, !elements.isEmpty else {
      throw InvalidValue("oidc", value: "", "The file holds an array of issuers: [{\"issuer\": \"https://…\", …}].")
    }
    var issuers: [TokenIssuer] = []
    for (index, element) in elements.enumerated() {
      issuers.append(try TokenIssuer(element, number: index + 1, directory: directory))
    }
    return issuers
  }

  private static let members: Set<String> = [
    "issuer", "audience", "jwks_url", "jwks_file", "organization", "organization_claim", "organizations", "role_claim",
    "roles",
  ]

  private init(_ json: JSONValue, number: Int, directory: String) throws(InvalidValue) {
    let name = json["issuer"]?.stringValue ?? ""
    func wrong(_ member: String, _ detail: String) -> InvalidValue {
      InvalidValue(
        "oidc", value: json[member]?.text ?? "",
        "Issuer \(number)\(name.isEmpty ? "" : " (\(name))"): \(member) \(detail)")
    }
    for member in json.members ?? [] where !Self.members.contains(member.key) {
      throw wrong(member.key, "is not known: the members are \(Self.members.sorted().joined(separator: ", ")).")
    }
    guard !name.isEmpty else { throw wrong("issuer", "is the claim iss of its tokens, such as https://id.turku.fi.") }
    issuer = name
    audiences = json["audience"]?.arrayValue?.compactMap(\.stringValue) ?? [json["audience"]?.stringValue ?? ""]
    guard !audiences.isEmpty, !audiences.contains("") else {
      throw wrong(
        "audience", "is the claim aud of tokens that are meant for this registry, a text or an array of texts.")
    }
    switch (json["jwks_url"]?.stringValue, json["jwks_file"]?.stringValue) {
    case (let url?, nil):
      guard (try? WebAddress(url)) != nil else { throw wrong("jwks_url", "begins with https:// or http://.") }
      keys = .url(url)
    case (nil, let file?): keys = .file(file.hasPrefix("/") ? file : "\(directory)/\(file)")
    default: throw wrong("jwks_url", "or jwks_file tells where the issuer's keys are: give one of them.")
    }
    organization = json["organization"]?.stringValue
    organizationClaim = json["organization_claim"]?.stringValue
    guard (organization == nil) != (organizationClaim == nil) else {
      throw wrong("organization_claim", "names the claim that tells the organisation; or organization names the one.")
    }
    organizations = try json["organizations"].map { map throws(InvalidValue) in
      try Self.texts(map, wrong("organizations", "is an object from the claim's values to organisations' ids."))
    }
    for id in (organizations.map { Array($0.values) } ?? []) + [organization].compactMap(\.self)
    where (try? OrganizationID(id)) == nil {
      throw wrong(
        organization == nil ? "organizations" : "organization", "has \(id), which can be no organisation's id.")
    }
    guard let claim = json["role_claim"]?.stringValue, !claim.isEmpty else {
      throw wrong("role_claim", "names the claim that tells the role, such as realm_access.roles.")
    }
    roleClaim = claim
    let mistake = wrong("roles", "is an object from the claim's values to reader, editor or admin.")
    roles = [:]
    for (value, role) in try Self.texts(json["roles"] ?? .null, mistake) {
      guard let role = Caller.Role(rawValue: role) else { throw mistake }
      roles[value] = role
    }
  }

  private static func texts(_ json: JSONValue, _ mistake: InvalidValue) throws(InvalidValue) -> [String: String] {
    guard let members = json.members, !members.isEmpty else { throw mistake }
    var map: [String: String] = [:]
    for member in members {
      guard let text = member.value.stringValue else { throw mistake }
      map[member.key] = text
    }
    return map
  }
}
