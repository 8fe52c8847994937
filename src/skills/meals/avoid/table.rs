//! Which foods carry what. Names as people write them, one form each: stems are compared, and of several names that fit
//! the longest counts ("peanut butter" is no butter).
//!
//! Sources: Regulation (EU) 1169/2011, Annex II (the fourteen allergens); FALCPA and the FASTER Act of the United States
//! (the big nine); the food lists of the Food Standards Agency and of the FDA for what usually carries them.

use super::{
    ALCOHOL, CELERY, CRUSTACEAN, EGG, EVERYTHING, FISH, GELATIN, GLUTEN, HONEY, LACTOSE, LUPIN,
    MEAT, MILK, MOLLUSC, MUSTARD, NUT, PEANUT, PORK, SESAME, SOY, SULPHITE, WHEAT,
};

const BREAD: u32 = GLUTEN | WHEAT;
const DAIRY: u32 = MILK | LACTOSE;
const PIG: u32 = MEAT | PORK;
/// What ready-made food may hold without its name saying so.
const READY: u32 = EVERYTHING;

/// Names, what they carry, and what they may carry.
pub(super) const FOODS: &[(&str, u32, u32)] = &[
    // grains
    (
        "wheat,flour,bread flour,plain flour,all purpose flour,self raising flour,semolina,bulgur,couscous,farro,freekeh,durum,\
seitan,wheat germ,bran,wheat starch,matzo,filo,filo pastry,phyllo,phyllo dough,puff pastry,pastry,shortcrust pastry,pie crust,\
dumpling wrapper,wonton wrapper,udon,udon noodles,pita,pita bread,tortilla,flour tortilla,wrap,flatbread,naan,chapati,roti,panko,cracker,\
breadcrumb,bread crumb,crouton,bagel,baguette,ciabatta,focaccia,sourdough,english muffin,pretzel,orzo,vermicelli pasta",
        BREAD,
        MILK | LACTOSE | EGG | SESAME | SOY,
    ),
    (
        "bread,white bread,bun,burger bun,hamburger bun,hot dog bun,bread roll,roll,toast,rye bread,wholemeal bread,brown bread,pizza dough,\
pizza base,dough,scone,garlic bread,stuffing",
        BREAD,
        DAIRY | EGG | SESAME | SOY,
    ),
    (
        "pasta,spaghetti,penne,macaroni,fusilli,linguine,farfalle,rigatoni,lasagna sheet,lasagne sheet,gnocchi,noodle,instant noodles,\
ramen,ramen noodles,lasagna,lasagne,ravioli,tortellini,tagliatelle,fettuccine,cannelloni",
        BREAD,
        EGG,
    ),
    ("egg noodle,fresh pasta,egg pasta", BREAD | EGG, 0),
    ("soba,soba noodles", BREAD, 0),
    ("spelt,kamut", BREAD, 0),
    (
        "barley,pearl barley,malt,malt extract,malt vinegar,rye,rye flour",
        GLUTEN,
        0,
    ),
    (
        "oat,oatmeal,porridge oats,rolled oats,oat milk,oat flour,oat cream",
        GLUTEN,
        0,
    ),
    (
        "cereal,granola,muesli",
        GLUTEN,
        WHEAT | NUT | MILK | LACTOSE | PEANUT | SOY,
    ),
    ("corn flakes,cornflakes", 0, GLUTEN),
    (
        "brioche,croissant,muffin,cupcake,cake,cookie,biscuit,doughnut,donut,waffle,pancake,pancake mix,cake mix,pie,quiche,pudding",
        BREAD,
        DAIRY | EGG | NUT | SOY,
    ),
    ("cinnamon roll,crumpet,hot dog buns", BREAD, DAIRY | EGG),
    (
        "rice,basmati,basmati rice,jasmine rice,arborio rice,risotto rice,rice noodle,rice vermicelli,rice paper,rice flour,rice vinegar,\
rice cake,wild rice,quinoa,millet,buckwheat,amaranth,polenta,cornmeal,corn,sweetcorn,corn tortilla,taco shell,tapioca,cornstarch,\
cornflour,corn starch,potato starch,arrowroot,popcorn,hominy,glass noodle,grits,teff,sorghum",
        0,
        0,
    ),
    // eggs and dairy
    (
        "egg,egg white,egg yolk,yolk,quail egg,omelette,meringue,frittata",
        EGG,
        0,
    ),
    ("mayonnaise,mayo,aioli", EGG, MUSTARD),
    ("hollandaise,bearnaise", EGG | DAIRY, 0),
    ("custard,eggnog", EGG | DAIRY, 0),
    (
        "milk,whole milk,skimmed milk,buttermilk,cream,heavy cream,double cream,single cream,sour cream,whipped cream,whipping cream,\
creme fraiche,creme,yogurt,yoghurt,greek yogurt,curd,kefir,quark,skyr,condensed milk,evaporated milk,milk powder,whey,casein,ghee,\
half and half,bechamel,labneh,dulce de leche,paneer,raita,tzatziki,white sauce,butter",
        DAIRY,
        0,
    ),
    (
        "cheese,cheddar,mozzarella,feta,brie,camembert,gouda,goat cheese,halloumi,mascarpone,ricotta,cottage cheese,cream cheese,\
swiss cheese,string cheese,provolone,gruyere,gorgonzola,blue cheese,monterey jack,emmental,edam,stilton,roquefort,manchego,queso,\
burrata,pecorino,cheese sauce",
        DAIRY,
        0,
    ),
    // made with animal rennet
    ("parmesan,parmigiano,grana padano", DAIRY, 0),
    ("mac and cheese,macaroni and cheese", BREAD | DAIRY, EGG),
    ("margarine,shortening,spread", 0, DAIRY | SOY),
    (
        "ice cream,gelato",
        DAIRY,
        EGG | NUT | PEANUT | SOY | GLUTEN | WHEAT,
    ),
    ("sorbet,popsicle,ice lolly", 0, DAIRY),
    // fish and seafood
    (
        "fish,cod,salmon,smoked salmon,tuna,tuna steak,haddock,halibut,trout,mackerel,sardine,herring,sea bass,tilapia,catfish,pollock,\
plaice,sole,snapper,swordfish,monkfish,hake,carp,pike,perch,eel,anchovy,anchovies,anchovy paste,caviar,roe,fish roe,white fish,\
kipper,mahi mahi,bonito,bonito flakes,dashi,fish stock,bouillabaisse",
        FISH,
        0,
    ),
    ("fish sauce,nam pla", FISH, CRUSTACEAN | MOLLUSC),
    (
        "worcestershire sauce,worcester sauce",
        FISH,
        GLUTEN | WHEAT | SOY,
    ),
    ("caesar dressing", FISH | EGG | DAIRY, MUSTARD),
    (
        "fish finger,fish stick,fish cake",
        FISH | BREAD,
        EGG | MILK | LACTOSE | MUSTARD,
    ),
    (
        "surimi,crab stick,imitation crab",
        FISH | CRUSTACEAN,
        EGG | BREAD | SOY,
    ),
    ("sushi", FISH, CRUSTACEAN | MOLLUSC | SOY | SESAME | BREAD),
    (
        "shrimp,prawn,king prawn,crab,crabmeat,lobster,crayfish,crawfish,langoustine,scampi,krill,shrimp paste",
        CRUSTACEAN,
        0,
    ),
    (
        "mussel,clam,oyster,scallop,squid,calamari,octopus,cuttlefish,snail,escargot,abalone,cockle,whelk",
        MOLLUSC,
        0,
    ),
    ("oyster sauce", MOLLUSC, BREAD | SOY),
    (
        "seafood,shellfish,seafood mix",
        FISH | CRUSTACEAN | MOLLUSC,
        0,
    ),
    // nuts, seeds and beans
    (
        "peanut,groundnut,peanut butter,peanut oil,groundnut oil,satay,satay sauce,peanut sauce,monkey nut",
        PEANUT,
        0,
    ),
    (
        "nut,tree nut,almond,hazelnut,walnut,cashew,pecan,brazil nut,pistachio,macadamia,macadamia nut,almond butter,almond flour,\
almond milk,cashew butter,cashew cream,ground almonds,marzipan,praline,amaretti,frangipane,hazelnut spread,walnut oil,nut butter",
        NUT,
        0,
    ),
    ("mixed nuts,nuts", NUT, PEANUT),
    ("nutella,gianduja", NUT | DAIRY | SOY, 0),
    ("nougat", NUT | EGG | HONEY, MILK | LACTOSE),
    ("trail mix,protein bar,snack,energy bar", 0, READY),
    (
        "coconut,coconut milk,coconut cream,coconut oil,desiccated coconut,nutmeg,water chestnut,chestnut,butternut,butternut squash,\
pine nut,chia seed,flaxseed,linseed,sunflower seed,sunflower oil,pumpkin seed,poppy seed,hemp seed,seed,cocoa butter,shea butter,\
cream of tartar,butter bean,butter lettuce,buttercup squash,apple butter,cocoa,cocoa powder,cacao,coconut water,coconut sugar",
        0,
        0,
    ),
    (
        "soy,soya,soybean,soya bean,tofu,silken tofu,tempeh,edamame,soy milk,soya milk,miso,miso paste,tamari,soy protein,textured vegetable protein,tvp,\
soy yogurt,natto,soy cream,bean curd",
        SOY,
        0,
    ),
    (
        "soy sauce,shoyu,teriyaki,teriyaki sauce,hoisin,hoisin sauce,ponzu",
        SOY | BREAD,
        SESAME,
    ),
    (
        "sesame,sesame seed,sesame oil,tahini,halva,gomashio",
        SESAME,
        0,
    ),
    ("hummus,houmous,baba ganoush", SESAME, 0),
    ("zaatar,za'atar", SESAME, WHEAT | GLUTEN),
    ("falafel", 0, SESAME | GLUTEN | WHEAT),
    ("lupin,lupine,lupin flour", LUPIN, 0),
    (
        "bean,black bean,kidney bean,white bean,cannellini bean,pinto bean,broad bean,green bean,runner bean,navy bean,borlotti bean,\
chickpea,garbanzo,lentil,red lentil,green lentil,split pea,pea,snow pea,sugar snap pea,mung bean,bean sprout,refried bean,chickpea flour,\
gram flour",
        0,
        0,
    ),
    ("baked bean", 0, GLUTEN),
    // celery, mustard, sulphites
    (
        "celery,celeriac,celery salt,celery seed,mirepoix,soffritto",
        CELERY,
        0,
    ),
    (
        "mustard,dijon,dijon mustard,wholegrain mustard,mustard seed,mustard powder,mustard oil,piccalilli",
        MUSTARD,
        0,
    ),
    (
        "wine,red wine,white wine,port,sherry,marsala,champagne,prosecco,cider,vermouth,cooking wine,mulled wine",
        ALCOHOL | SULPHITE,
        0,
    ),
    (
        "shaoxing wine,sake,mirin",
        ALCOHOL,
        GLUTEN | WHEAT | SULPHITE,
    ),
    ("beer,lager,ale,stout", ALCOHOL | GLUTEN, WHEAT | SULPHITE),
    (
        "rum,vodka,gin,whiskey,whisky,bourbon,brandy,cognac,tequila,liqueur,kahlua,amaretto",
        ALCOHOL,
        0,
    ),
    (
        "wine vinegar,red wine vinegar,white wine vinegar,balsamic vinegar,balsamic,balsamic glaze,dried apricot,raisin,sultana,currant,\
dried fruit,prune,maraschino cherry,sun dried tomato,molasses,grape juice,sauerkraut,pickled onion",
        0,
        SULPHITE,
    ),
    ("sulphite,sulfite,sulfur dioxide", SULPHITE, 0),
    // meat
    (
        "meat,beef,ground beef,minced beef,beef mince,mince,minced meat,ground meat,steak,sirloin,brisket,ribeye,oxtail,veal,lamb,lamb chop,mutton,\
goat,chicken,chicken breast,chicken thigh,chicken wing,chicken leg,chicken drumstick,drumstick,wing,turkey,ground turkey,turkey breast,duck,duck breast,goose,\
venison,rabbit,liver,kidney,rib,rump,short rib,chuck,bone broth,pheasant,quail,bison,stew meat,stewing beef,roast beef,ox tongue",
        MEAT,
        0,
    ),
    (
        "pork,ground pork,pork chop,pork belly,pork loin,pork shoulder,pulled pork,bacon,ham,gammon,prosciutto,pancetta,guanciale,speck,lardon,\
lard,crackling,pork mince,spare rib,parma ham,serrano ham",
        PIG,
        0,
    ),
    ("turkey bacon,beef bacon,turkey ham", MEAT, 0),
    (
        "sausage,bratwurst,hot dog,frankfurter,salami,pepperoni,chorizo,meatball,burger,hamburger,burger patty,patty,mortadella,bologna,\
andouille,merguez,pastrami,corned beef,pate,sausage meat,black pudding,haggis,spam,nduja,kielbasa",
        MEAT,
        PORK | BREAD | MILK | LACTOSE | SOY | MUSTARD | CELERY | SULPHITE | EGG,
    ),
    (
        "chicken nugget,schnitzel,breaded chicken",
        MEAT | BREAD,
        EGG | MILK | LACTOSE,
    ),
    ("gelatin,gelatine,jello,marshmallow,gummy,aspic", GELATIN, 0),
    ("honey,honeycomb", HONEY, 0),
    // what is put together and may hold much
    ("pesto", DAIRY, NUT | PEANUT),
    (
        "chicken stock,chicken broth,beef stock,beef broth,chicken bouillon,beef bouillon,meat stock,chicken stock cube,gravy,gravy granules",
        MEAT,
        CELERY | BREAD | SOY | MILK | LACTOSE,
    ),
    (
        "stock,broth,bouillon,stock cube,bouillon cube,stock pot",
        0,
        CELERY | BREAD | SOY | MILK | LACTOSE | MEAT | FISH,
    ),
    (
        "vegetable stock,vegetable broth,vegetable bouillon,vegetable stock cube,veggie broth,vegetable stock powder",
        0,
        CELERY | BREAD | SOY | MILK | LACTOSE,
    ),
    (
        "curry paste,thai curry paste,red curry paste,green curry paste",
        0,
        CRUSTACEAN | FISH | SOY | MUSTARD | CELERY,
    ),
    ("curry powder,garam masala", 0, MUSTARD | CELERY),
    (
        "chocolate,chocolate chip,milk chocolate,white chocolate,candy,sprinkle",
        0,
        DAIRY | SOY | NUT | PEANUT | BREAD,
    ),
    ("dark chocolate", 0, MILK | LACTOSE | SOY | NUT | PEANUT),
    (
        "barbecue sauce,bbq sauce",
        0,
        MUSTARD | CELERY | BREAD | SOY | FISH,
    ),
    ("ketchup,tomato ketchup", 0, CELERY),
    ("kimchi", 0, FISH | CRUSTACEAN | SOY),
    (
        "veggie burger,veggie sausage,veggie mince,meat substitute,quorn,vegetarian sausage",
        0,
        EGG | BREAD | SOY | MILK | LACTOSE,
    ),
    (
        "sauce,pasta sauce,dressing,salad dressing,marinade,paste,mix,spice mix,seasoning,taco seasoning,soup,ready meal,frozen pizza,pizza,\
leftover,filling,topping,dip,dumpling,spring roll,stew,curry sauce,crisp,chips,chip,jelly,relish,chutney,cream soup,onion soup mix,\
protein powder,vegetable spread,simmer sauce,casserole,salad kit,wonton,gyoza,samosa",
        0,
        READY,
    ),
    // what carries nothing of it
    (
        "apple,apricot,artichoke,arugula,asparagus,aubergine,avocado,banana,basil,beet,beetroot,bell pepper,blackberry,blueberry,bok choy,\
pak choi,broccoli,broccolini,brussels sprout,cabbage,red cabbage,cantaloupe,carrot,cauliflower,chard,cherry,cherry tomato,chili,chilli,chile,chili flake,\
chili powder,chive,cilantro,clementine,coriander,corn on the cob,courgette,cranberry,cucumber,date,dill,eggplant,endive,fennel,fig,\
fruit,garlic,garlic powder,garlic clove,clove garlic,clove,ginger,grape,grapefruit,herb,jalapeno,kale,kiwi,leek,lemon,lemon juice,lemon zest,lemongrass,lettuce,\
lime,lime juice,lychee,mandarin,mango,melon,mint,mushroom,nectarine,okra,onion,onion powder,orange,orange juice,oregano,papaya,parsley,parsnip,\
passion fruit,peach,pear,pepper,pineapple,plantain,plum,pomegranate,potato,pumpkin,pumpkin puree,radicchio,radish,raspberry,rhubarb,rocket,rosemary,sage,\
scallion,shallot,spinach,spring onion,squash,strawberry,sweet potato,swede,tangerine,tarragon,thyme,tomato,turnip,vegetable,veggie,veg,\
watercress,watermelon,yam,zucchini,zest,bay leaf,cassava,kohlrabi,seaweed,nori,tamarind,turmeric root,vine leaf,cherry pepper,salad,salad leaf,green,french fry,fry,\
oven chip,hash brown,berry,poblano,serrano,habanero,chipotle,cayenne,sprout,collard green",
        0,
        0,
    ),
    (
        "water,salt,sea salt,black pepper,white pepper,peppercorn,salt and pepper,sugar,brown sugar,powdered sugar,icing sugar,caster sugar,syrup,maple syrup,agave,\
agave syrup,golden syrup,oil,olive oil,vegetable oil,rapeseed oil,canola oil,cooking oil,avocado oil,frying oil,vinegar,apple cider vinegar,cider vinegar,\
white vinegar,baking powder,baking soda,bicarbonate,yeast,nutritional yeast,vanilla,vanilla extract,cinnamon,cumin,cumin seed,paprika,smoked paprika,turmeric,cardamom,\
coriander seed,saffron,star anise,allspice,fennel seed,caraway,sumac,spice,five spice,italian herb,mixed herb,tomato paste,tomato puree,passata,tomato sauce,\
canned tomato,tinned tomato,chopped tomato,crushed tomato,tomato juice,coconut aminos,olive,caper,gherkin,pickle,jam,marmalade,hot sauce,sriracha,tabasco,salsa,\
guacamole,ice,ice cube,coffee,espresso,tea,juice,apple juice,lemonade,soda,cola,xanthan gum,agar,pectin,cooking spray,pepper flake,msg,harissa,sambal",
        0,
        0,
    ),
];

/// Words in front of a food that take something out of it: "gluten free pasta".
pub(super) const WITHOUT: &[(&str, u32)] = &[
    ("gluten free", BREAD),
    ("glutenfree", BREAD),
    ("gf", BREAD),
    ("wheat free", WHEAT),
    ("dairy free", DAIRY),
    ("milk free", DAIRY),
    ("lactose free", LACTOSE),
    ("egg free", EGG),
    ("eggless", EGG),
    ("nut free", NUT | PEANUT),
    ("peanut free", PEANUT),
    ("soy free", SOY),
    ("soya free", SOY),
    ("sesame free", SESAME),
    ("alcohol free", ALCOHOL),
    ("non alcoholic", ALCOHOL),
    (
        "vegan",
        DAIRY | EGG | HONEY | MEAT | PORK | FISH | CRUSTACEAN | MOLLUSC | GELATIN,
    ),
    (
        "plant based",
        DAIRY | EGG | HONEY | MEAT | PORK | FISH | CRUSTACEAN | MOLLUSC | GELATIN,
    ),
    (
        "vegetarian",
        MEAT | PORK | FISH | CRUSTACEAN | MOLLUSC | GELATIN,
    ),
    (
        "veggie",
        MEAT | PORK | FISH | CRUSTACEAN | MOLLUSC | GELATIN,
    ),
    ("meatless", MEAT | PORK),
    ("meat free", MEAT | PORK),
];

/// Words that only say which kind, how much or how cut.
pub(super) const AROUND: &str = "fresh,chopped,diced,sliced,minced,grated,peeled,crushed,large,small,medium,big,ripe,raw,cooked,frozen,canned,\
tinned,dried,dry,ground,whole,half,lean,low,fat,reduced,free,sugar,sodium,organic,plain,red,green,yellow,white,black,brown,purple,hot,mild,sweet,\
smoked,roasted,toasted,salted,unsalted,boneless,skinless,extra,virgin,light,dark,thick,thin,finely,roughly,optional,pinch,handful,sprig,dash,\
knob,drizzle,bunch,clove,stick,head,leaf,and,or,for,frying,serving,with,in,baby,mini,good,quality,boiled,mixed,shredded,cubed,melted,softened,halved,quartered,\
uncooked,seedless,pitted,drained,rinsed,cold,warm,boiling,packed,heaped,level,few,little,bit,strip,piece,fillet,breast,thigh,leg,wing,juice,zest,long,grain";

/// Dishes by name, for "chili for 6": nothing is known of what they carry.
pub(super) const DISHES: &str = "chili,chilli,curry,lasagna,lasagne,stew,soup,risotto,taco,burrito,enchilada,quesadilla,fajita,paella,stir fry,\
stirfry,casserole,goulash,moussaka,ratatouille,bolognese,spaghetti bolognese,carbonara,pad thai,fried rice,dal,daal,dhal,ramen,pho,gumbo,jambalaya,meatloaf,\
shepherds pie,cottage pie,fish pie,pot roast,roast chicken,roast,pancake,omelette,frittata,shakshuka,falafel,couscous,tagine,biryani,korma,vindaloo,\
tikka masala,butter chicken,gratin,gnocchi,schnitzel,burger,pizza,quiche,kebab,satay,teriyaki,bibimbap,pierogi,borscht,minestrone,gazpacho,fondue,raclette,\
coq au vin,chowder,mac and cheese,meatball,salad,pasta,hotpot,hot pot,poke bowl,buddha bowl,sandwich,wrap";
