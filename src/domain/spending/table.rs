//! The words themselves.

type Row = (&'static str, &'static [&'static str]);

/// Other names of a category: they name it, and are nothing that is bought.
pub const ALSO: &[(&[&str], &str)] = &[
    (&["grocery", "supermarket", "food shopping"], "groceries"),
    (
        &[
            "eating out",
            "restaurant",
            "dining out",
            "takeout",
            "takeaway",
            "eating",
            "bars",
            "coffee shops",
        ],
        "dining",
    ),
    (
        &[
            "transportation",
            "car",
            "commute",
            "commuting",
            "public transport",
            "travel to work",
            "getting around",
        ],
        "transport",
    ),
    (&["home", "house", "apartment"], "housing"),
    (&["bills", "utility"], "utilities"),
    (&["medical", "healthcare", "health care"], "health"),
    (&["entertainment", "leisure", "going out", "hobby"], "fun"),
    (
        &["trips", "vacation", "holiday", "holidays", "trip"],
        "travel",
    ),
    (&["school", "learning"], "education"),
    (&["children", "childcare", "child care"], "kids"),
    (&["pet"], "pets"),
    (&["presents", "donations", "charity"], "gifts"),
    (
        &["subscription", "streaming", "memberships"],
        "subscriptions",
    ),
    (&["personal care", "beauty", "self care"], "personal"),
    (&["bank fees", "taxes", "fines"], "fees"),
    (
        &["misc", "miscellaneous", "something else", "others"],
        "other",
    ),
];

/// Things that are bought.
#[rustfmt::skip]
pub const WORDS: &[Row] = &[
    ("groceries", &["groceries", "grocery", "supermarket", "vegetables", "fruit", "meat", "milk", "eggs", "bread", "butter", "cheese", "flour",
        "rice", "butcher", "bakery", "farmers market", "toilet paper", "detergent", "diapers", "snacks", "water bottles", "beans", "pasta"]),
    ("dining", &["lunch", "dinner", "breakfast", "brunch", "supper", "coffee", "latte", "cappuccino", "espresso", "tea", "beer", "wine",
        "drinks", "cocktails", "restaurant", "cafe", "pizza", "burger", "sushi", "tacos", "kebab", "sandwich", "bagel", "donut", "ice cream",
        "takeout", "take out", "takeaway", "meal", "food", "ramen", "bar", "pub", "canteen", "cafeteria", "food truck", "bubble tea", "tip",
        "croissant", "muffin", "cake", "pho", "curry", "fries", "wings", "boba", "smoothie", "juice", "pastries", "eating out"]),
    ("transport", &["gas", "petrol", "fuel", "diesel", "parking", "toll", "taxi", "cab", "bus", "train", "tram", "subway", "metro", "ferry",
        "bike", "scooter", "car wash", "oil change", "car insurance", "car repair", "car payment", "tires", "mechanic", "train ticket",
        "bus ticket", "ride", "charging", "gas station", "bus pass", "transit", "parking ticket", "car"]),
    ("housing", &["rent", "mortgage", "furniture", "couch", "lamp", "plumber", "electrician", "handyman", "hardware store", "paint",
        "home insurance", "hoa", "cleaning lady", "cleaner", "mattress", "repairs", "renters insurance", "deposit", "gardener", "curtains"]),
    ("utilities", &["electricity", "electric bill", "power bill", "water bill", "gas bill", "heating", "internet", "wifi", "phone bill",
        "cell phone", "utilities", "trash", "sewage", "electric", "power", "mobile plan", "sim card", "bill"]),
    ("health", &["doctor", "dentist", "pharmacy", "medicine", "meds", "pills", "prescription", "hospital", "therapy", "therapist", "glasses",
        "contact lenses", "health insurance", "copay", "vitamins", "gym", "yoga", "physio", "optician", "massage", "clinic", "vaccine",
        "band aids", "painkillers"]),
    ("shopping", &["clothes", "shoes", "shirt", "jeans", "jacket", "dress", "socks", "coat", "hat", "sneakers", "electronics", "laptop", "phone",
        "headphones", "charger", "book", "books", "amazon order", "bag", "watch", "stationery", "tv", "keyboard", "batteries", "tools",
        "umbrella", "office supplies", "printer ink", "ink"]),
    ("fun", &["movie", "movies", "cinema", "concert", "theater", "theatre", "museum", "game", "games", "video game", "tickets", "bowling",
        "party", "club", "zoo", "festival", "lottery", "karaoke", "golf", "ski pass", "climbing", "pool", "show"]),
    ("travel", &["hotel", "flight", "flights", "plane ticket", "airfare", "hostel", "luggage", "visa", "car rental", "rental car", "cruise",
        "airport", "baggage", "motel", "passport"]),
    ("education", &["tuition", "course", "class", "textbook", "textbooks", "school", "college", "lessons", "tutor", "workshop", "exam"]),
    ("kids", &["daycare", "babysitter", "nanny", "toys", "toy", "kindergarten", "school trip", "stroller", "formula", "kids"]),
    ("pets", &["vet", "dog food", "cat food", "pet food", "cat litter", "litter", "groomer", "dog walker", "pet", "dog", "cat"]),
    ("gifts", &["gift", "present", "gift card", "flowers", "donation", "charity", "birthday present", "birthday gift"]),
    ("subscriptions", &["subscription", "membership", "icloud", "cloud storage", "newspaper", "magazine", "streaming", "app"]),
    ("personal", &["haircut", "barber", "hairdresser", "salon", "nails", "shampoo", "cosmetics", "makeup", "deodorant", "toothpaste",
        "laundry", "dry cleaning", "spa", "razor", "perfume", "tattoo"]),
    ("fees", &["fee", "fees", "fine", "tax", "taxes", "bank fee", "atm fee", "interest", "overdraft", "postage", "stamps", "shipping", "lawyer",
        "notary", "insurance", "atm", "life insurance"]),
];

/// Merchants by name.
#[rustfmt::skip]
pub const BRANDS: &[Row] = &[
    ("groceries", &["Aldi", "Lidl", "Kroger", "Safeway", "Whole Foods", "Trader Joe's", "Trader Joes", "Wegmans", "Publix", "Tesco", "Sainsbury's",
        "Rewe", "Edeka", "Carrefour", "Costco", "Walmart", "H-E-B", "Albertsons", "Waitrose", "Migros", "Coop", "Albert Heijn", "Mercadona",
        "Instacart", "Sam's Club", "Asda", "Morrisons", "Penny", "Netto"]),
    ("dining", &["Starbucks", "McDonald's", "McDonalds", "Burger King", "Chipotle", "Subway", "KFC", "Domino's", "Pizza Hut", "Dunkin", "Wendy's",
        "Taco Bell", "Five Guys", "Panera", "Pret", "Nando's", "DoorDash", "Uber Eats", "Grubhub", "Deliveroo", "Lieferando", "Just Eat",
        "Chick-fil-A", "Popeyes", "Sweetgreen", "Costa", "Greggs", "Shake Shack", "Tim Hortons", "Panda Express"]),
    ("transport", &["Uber", "Lyft", "Bolt", "Shell", "BP", "Exxon", "Chevron", "Esso", "Aral", "Texaco", "Deutsche Bahn", "Amtrak", "Greyhound",
        "Flixbus", "Lime", "TfL", "MTA", "BVG", "Sunoco", "Trainline"]),
    ("travel", &["Airbnb", "Booking.com", "Expedia", "Delta", "United", "Ryanair", "easyJet", "Lufthansa", "Hilton", "Marriott", "Hertz", "Avis",
        "JetBlue", "Southwest", "British Airways", "KLM"]),
    ("subscriptions", &["Netflix", "Spotify", "Hulu", "Disney Plus", "HBO", "YouTube Premium", "Apple Music", "Audible", "Patreon", "Dropbox",
        "Amazon Prime", "ChatGPT", "Adobe", "Substack", "Microsoft 365"]),
    ("shopping", &["Amazon", "Target", "eBay", "Etsy", "Best Buy", "H&M", "Zara", "Uniqlo", "Zalando", "Nike", "Adidas", "Decathlon", "MediaMarkt",
        "Shein", "Temu", "Macy's", "TJ Maxx", "Primark", "Argos", "Apple Store", "Old Navy", "Nordstrom"]),
    ("housing", &["IKEA", "Home Depot", "Lowe's", "Wayfair", "B&Q", "Bauhaus", "Obi", "Ace Hardware"]),
    ("health", &["CVS", "Walgreens", "Boots", "Rite Aid", "dm"]),
    ("utilities", &["Verizon", "AT&T", "T-Mobile", "Comcast", "Vodafone", "Xfinity", "O2", "Telekom", "Con Edison", "PG&E"]),
    ("fun", &["Steam", "PlayStation", "Nintendo", "Ticketmaster", "AMC", "Eventbrite", "Xbox"]),
    ("pets", &["Petco", "PetSmart", "Chewy", "Fressnapf"]),
    ("personal", &["Sephora", "Ulta", "Supercuts"]),
    ("fees", &["Western Union", "USPS", "FedEx", "UPS", "DHL"]),
];
