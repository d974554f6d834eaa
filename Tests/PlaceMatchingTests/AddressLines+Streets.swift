extension AddressLinesTests {
  /// Streets, houses, boxes and towns: a line, and below it what is read.
  static let streets = """
    Kupittaan maauimala, Blombergin aukio 12, 20720 Turku
      N Kupittaan maauimala; S Blombergin aukio; H 12; P 20720; O Turku; M 853
    Kupittaan maauimala Blombergin aukio 12 Turku
      N Kupittaan maauimala; S Blombergin aukio; H 12; O Turku; M 853
    Blombergin aukio 12, Turku / Kupittaa, Kupittaan maauimala
      N Kupittaa; N Kupittaan maauimala; S Blombergin aukio; H 12; O Turku; M 853
    20720 Turku, Blombergin aukio 12, Kupittaan maauimala
      N Kupittaan maauimala; S Blombergin aukio; H 12; P 20720; O Turku; M 853
    Turku, Kupittaan maauimala, Blombergin aukio 12
      N Kupittaan maauimala; S Blombergin aukio; H 12; O Turku; M 853
    Kupittaan maauimala (Blombergin aukio 12, 20720 Turku)
      N Kupittaan maauimala; S Blombergin aukio; H 12; P 20720; O Turku; M 853
    Kupittaan maauimala | Blombergin aukio 12 | Turku
      N Kupittaan maauimala; S Blombergin aukio; H 12; O Turku; M 853
    Kupittaan maauimala; Blombergin aukio 12; 20720 TURKU
      N Kupittaan maauimala; S Blombergin aukio; H 12; P 20720; O TURKU; M 853
    Kupittaan maauimala - Blombergin aukio 12 - Turku
      N Kupittaan maauimala; S Blombergin aukio; H 12; O Turku; M 853
    Kupittaan maauimala – Blombergin aukio 12, Turku, Finland
      N Kupittaan maauimala; S Blombergin aukio; H 12; O Turku; M 853
    BLOMBERGIN AUKIO 12, 20720 TURKU
      S BLOMBERGIN AUKIO; H 12; P 20720; O TURKU; M 853
    blombergin aukio 12 turku
      S blombergin aukio; H 12; O turku; M 853
    Linnankatu 2
      S Linnankatu; H 2
    Linnankatu 2, Turku
      S Linnankatu; H 2; O Turku; M 853
    Linnankatu 2 Turku
      S Linnankatu; H 2; O Turku; M 853
    Linnankatu 2 20100 Turku
      S Linnankatu; H 2; P 20100; O Turku; M 853
    Linnankatu 2, 20100, Turku
      S Linnankatu; H 2; P 20100; O Turku; M 853
    Linnankatu 2, FI-20100 Turku
      S Linnankatu; H 2; P 20100; O Turku; M 853
    Linnankatu 2, FIN-20100 TURKU
      S Linnankatu; H 2; P 20100; O TURKU; M 853
    Linnankatu 2, FI 20100 Turku, Suomi
      S Linnankatu; H 2; P 20100; O Turku; M 853
    Linnankatu 2 A 14
      S Linnankatu; H 2 A 14
    Linnankatu 2 A 14, 20100 Turku
      S Linnankatu; H 2 A 14; P 20100; O Turku; M 853
    Linnankatu 2 a 14
      S Linnankatu; H 2 A 14
    Linnankatu 2 A
      S Linnankatu; H 2 A
    Linnankatu 2a
      S Linnankatu; H 2a
    Linnankatu 2A14
      S Linnankatu; H 2 A 14
    Linnankatu 2 A14
      S Linnankatu; H 2 A 14
    Linnankatu 2 a
      S Linnankatu; H 2a
    Linnankatu 2 a-b
      S Linnankatu; H 2a
    Linnankatu 2a-b
      S Linnankatu; H 2a
    Linnankatu 2 A-B
      S Linnankatu; H 2 A-B
    Linnankatu 2-4
      S Linnankatu; H 2-4
    Linnankatu 2–4
      S Linnankatu; H 2-4
    Linnankatu 2 - 4, Turku
      S Linnankatu; H 2-4; O Turku; M 853
    Linnankatu 2/4
      S Linnankatu; H 2-4
    Linnankatu 1b-3
      S Linnankatu; H 1-3b
    Linnankatu 2-4 B 17
      S Linnankatu; H 2-4 B 17
    Linnankatu 2 as. 14
      S Linnankatu; H 2 as. 14
    Linnankatu 2 as 14
      S Linnankatu; H 2 as. 14
    Linnankatu 2 as.14, 20100 Turku
      S Linnankatu; H 2 as. 14; P 20100; O Turku; M 853
    Linnankatu 2 A as. 14
      S Linnankatu; H 2 A 14
    Linnankatu 2 asunto 14
      S Linnankatu; H 2 as. 14
    Linnankatu 2 A-rappu
      S Linnankatu; H 2 A
    Linnankatu 2 rappu A
      S Linnankatu; H 2 A
    Linnankatu 2 C-porras, 3. krs
      R 3. krs; S Linnankatu; H 2 C
    Linnankatu 2 B 3. krs
      R 3. krs; S Linnankatu; H 2 B
    Linnankatu 2, 2. krs
      R 2. krs; S Linnankatu; H 2
    Linnankatu 2, 2.krs, Turku
      R 2.krs; S Linnankatu; H 2; O Turku; M 853
    Linnankatu 2 (2. kerros)
      R 2. kerros; S Linnankatu; H 2
    Linnankatu 2, -K2 kerros
      R K2 kerros; S Linnankatu; H 2
    Linnankatu 2, sali
      R sali; S Linnankatu; H 2
    Linnankatu 2 iso sali
      R iso sali; S Linnankatu; H 2
    Linnankatu 2, sisäpiha, Turku
      R sisäpiha; S Linnankatu; H 2; O Turku; M 853
    Linnankatu 2, kokoushuone 3
      R kokoushuone 3; S Linnankatu; H 2
    Linnank. 2, Turku
      S Linnankatu; H 2; O Turku; M 853
    Linnank 2, Turku
      S Linnankatu; H 2; O Turku; M 853
    Mannerheimint. 5, Helsinki
      S Mannerheimintie; H 5; O Helsinki; M 091
    Mannerheimintie 5, 00100 Helsinki
      S Mannerheimintie; H 5; P 00100; O Helsinki; M 091
    Mannerheimintien varsi, Helsinki
      N Mannerheimintien varsi; O Helsinki; M 091
    Aleksis Kiven k. 12, Helsinki
      S Aleksis Kiven katu; H 12; O Helsinki; M 091
    Aleksis Kiven katu 12
      S Aleksis Kiven katu; H 12
    Teollisuuskatu 23, Vallila, Helsinki
      N Vallila; S Teollisuuskatu; H 23; O Helsinki; M 091
    Urho Kekkosen katu 1, 00100 Helsinki
      S Urho Kekkosen katu; H 1; P 00100; O Helsinki; M 091
    Kampin keskus Urho Kekkosen katu 1
      N Kampin keskus; S Urho Kekkosen katu; H 1
    J. L. Runebergin katu 4, Porvoo
      S J. L. Runebergin katu; H 4; O Porvoo; M 638
    K. J. Ståhlbergin tie 6
      S K. J. Ståhlbergin tie; H 6
    Juhana Herttuan puistokatu 21, Turku
      S Juhana Herttuan puistokatu; H 21; O Turku; M 853
    Vanha Hämeentie 29, Turku
      S Vanha Hämeentie; H 29; O Turku; M 853
    Vanha tie 3
      S Vanha tie; H 3
    Pieni Roobertinkatu 9
      S Pieni Roobertinkatu; H 9
    Iso Roobertinkatu 20-22, Helsinki
      S Iso Roobertinkatu; H 20-22; O Helsinki; M 091
    Läntinen Pitkäkatu 35
      S Läntinen Pitkäkatu; H 35
    Itäinen Rantakatu 38 B
      S Itäinen Rantakatu; H 38 B
    It. Pitkäk. 4, Turku
      S Itäinen Pitkäkatu; H 4; O Turku; M 853
    Ala-Malmin tori 2, Helsinki
      S Ala-Malmin tori; H 2; O Helsinki; M 091
    Ylä-Fallin tie 42
      S Ylä-Fallin tie; H 42
    Mosaiikkitori 5, Helsinki
      S Mosaiikkitori; H 5; O Helsinki; M 091
    Hakaniementori 3
      S Hakaniementori; H 3
    Hämeentie 10 Helsinki
      S Hämeentie; H 10; O Helsinki; M 091
    Kasöörinkatu 3 Helsinki
      S Kasöörinkatu; H 3; O Helsinki; M 091
    Bulevardi 31
      S Bulevardi; H 31
    Bulevardi 31 C 12, Helsinki
      S Bulevardi; H 31 C 12; O Helsinki; M 091
    Eteläesplanadi 8
      S Eteläesplanadi; H 8
    Pohj. Esplanadi 21
      S Pohjoinen Esplanadi; H 21
    Kolmas linja 7
      S Kolmas linja; H 7
    3. linja 7
      S 3. linja; H 7
    Keskusta 4, Oripää
      S Keskusta; H 4; M 561
    Linnakallio 3
      S Linnakallio; H 3
    Kirkonkylä 12, Pedersöre
      S Kirkonkylä; H 12; M 599
    Loisteputki 4 C
      S Loisteputki; H 4 C
    Rantatie 3-5, Muurame
      S Rantatie; H 3-5; M 500
    Satamaraitti 5, Naantali
      S Satamaraitti; H 5; O Naantali; M 529
    Ruukinpolku 7
      S Ruukinpolku; H 7
    Myllykaari 2 B
      S Myllykaari; H 2 B
    Kalevan puistotie 5
      S Kalevan puistotie; H 5
    Vanha Porvoontie 231, Vantaa
      S Vanha Porvoontie; H 231; O Vantaa; M 092
    Tähtitorninmäki 4
      S Tähtitorninmäki; H 4
    Sahanpuiston penger 3
      S Sahanpuiston penger; H 3
    Kauppakuja 1 a 3
      S Kauppakuja; H 1 A 3
    Peltokangas 15, Kuopio
      S Peltokangas; H 15; O Kuopio; M 297
    Rauhankatu 14 B 3 krs
      R 3 krs; S Rauhankatu; H 14 B
    Storgatan 3, Vasa
      S Storgatan; H 3; O Vasa; M 905
    Storg. 3, Vasa
      S Storgatan; H 3; O Vasa; M 905
    Storgatan 3 A 5, 65100 Vasa
      S Storgatan; H 3 A 5; P 65100; O Vasa; M 905
    Nylandsv. 4, Esbo
      S Nylandsvägen; H 4; O Esbo; M 049
    Nylandsvägen 4 bst. 7
      S Nylandsvägen; H 4 as. 7
    Nylandsvägen 4 bst 7, 02100 Esbo
      S Nylandsvägen; H 4 as. 7; P 02100; O Esbo; M 049
    Nylandsvägen 4 lgh 7
      S Nylandsvägen; H 4 as. 7
    S:t Eriksgatan 4, Helsingfors
      S S:t Eriksgatan; H 4; O Helsingfors; M 091
    Sankt Eriksgatan 4
      S Sankt Eriksgatan; H 4
    St. Eriksgatan 4
      S St. Eriksgatan; H 4
    Östra Strandgatan 12, Åbo
      S Östra Strandgatan; H 12; O Åbo; M 853
    Norra Esplanaden 31
      S Norra Esplanaden; H 31
    Runebergs gata 3, Borgå
      S Runebergs gata; H 3; O Borgå; M 638
    Runebergsgatan 3, Borgå
      S Runebergsgatan; H 3; O Borgå; M 638
    John Stenbergs strand 4
      S John Stenbergs strand; H 4
    Salutorget 1, Borgå
      S Salutorget; H 1; O Borgå; M 638
    Stationsplan 2
      S Stationsplan; H 2
    Kyrkbacken 7, Pargas
      S Kyrkbacken; H 7; O Pargas; M 445
    Fiskargränd 3
      S Fiskargränd; H 3
    Fiskargr. 3
      S Fiskargränd; H 3
    Skolstigen 5 B
      S Skolstigen; H 5 B
    Trädgårdsallén 6, Karleby
      S Trädgårdsallén; H 6; M 272
    Hamnkajen 1, Hangö
      S Hamnkajen; H 1; M 078
    Vikinggränd 4, AX-22100 Mariehamn
      S Vikinggränd; H 4; P 22100; O Mariehamn; M 478
    Puolalankatu 8 20100 Turku / Puolalagatan 8 20100 Åbo
      S Puolalankatu; H 8; X Puolalagatan 8; P 20100; O Turku; Y Åbo; M 853
    Linnankatu 2, 20100 Turku / Slottsgatan 2, 20100 Åbo
      S Linnankatu; H 2; X Slottsgatan 2; P 20100; O Turku; Y Åbo; M 853
    Slottsgatan 2, 20100 Åbo
      S Slottsgatan; H 2; P 20100; O Åbo; M 853
    Linnankatu 2 / Aurakatu 8, Turku
      S Linnankatu; H 2; X Aurakatu 8; O Turku; M 853
    Aurakatu/Linnankatu, Turku
      S Aurakatu; X Linnankatu; O Turku; M 853
    Mannerheimintie 13 a / Mannerheimvägen 13 a, Helsinki
      S Mannerheimintie; H 13a; X Mannerheimvägen 13 a; O Helsinki; M 091
    PL 53455, 00099 HELSINGIN KAUPUNKI
      P 00099; O HELSINGIN KAUPUNKI; B 53455; M 091
    PL 53455, 00099 Helsingin kaupunki
      P 00099; O Helsingin kaupunki; B 53455; M 091
    PL 12, 20101 Turku
      P 20101; O Turku; B 12; M 853
    PB 12, 20101 Åbo
      P 20101; O Åbo; B 12; M 853
    P.O. Box 12, FI-20101 Turku, Finland
      P 20101; O Turku; B 12; M 853
    Postilokero 12, Turku
      O Turku; B 12; M 853
    PL53455 00099 HELSINGIN KAUPUNKI
      P 00099; O HELSINGIN KAUPUNKI; B 53455; M 091
    Kulttuurikeskus, PL 12, 20100 Turku
      N Kulttuurikeskus; P 20100; O Turku; B 12; M 853
    Virtanen c/o Mäki, Linnankatu 2, 20100 Turku
      N Virtanen; S Linnankatu; H 2; P 20100; O Turku; c/o Mäki; M 853
    c/o Mäki, Linnankatu 2
      S Linnankatu; H 2; c/o Mäki
    c/o Kulttuuriyhdistys Valo ry, PL 7, 20100 Turku
      P 20100; O Turku; B 7; c/o Kulttuuriyhdistys Valo ry; M 853
    Turku
      O Turku; M 853
    TURKU
      O TURKU; M 853
    Åbo
      O Åbo; M 853
    Turussa
      M 853
    Helsingissä
      M 091
    Tampereella
      M 837
    Åbossa
      M 853
    Rovaniemellä
      M 698
    Seinäjoella
      M 743
    Uudessakaupungissa
      M 895
    Porvoossa
      M 638
    Kauniaisissa
      M 235
    Varkaudessa
      M 915
    Virroilla
      M 936
    Mänttä-Vilppula
      M 506
    Koski Tl
      M 284
    Turku, Finland
      O Turku; M 853
    Turun kaupunki
      M 853
    Helsingin kaupunki
      O Helsingin kaupunki; M 091
    Åbo stad
      M 853
    Piikkiö
      N Piikkiö; M 202
    Piikkiön kirjasto, Piikkiö
      N Piikkiön kirjasto; O Piikkiö; M 202
    Hadvalantie 9, 21500 Piikkiö
      S Hadvalantie; H 9; P 21500; O Piikkiö; M 202
    """
}
