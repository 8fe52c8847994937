//! What is where. Names as people write them, one form each: stems are compared.
//!
//! A word that as often means something else ("paper", "date", "ice", "card") stands here only in company.

use super::Aisle;

pub(super) const TABLE: &[(Aisle, &str)] = &[
    (
        Aisle::Produce,
        "apple,apricot,artichoke,arugula,asparagus,aubergine,avocado,banana,basil,bean sprouts,beet,beetroot,bell pepper,\
blackberry,blueberry,bok choy,broccoli,brussels sprouts,butternut squash,cabbage,cantaloupe,carrot,cauliflower,celeriac,celery,chard,\
cherry,chili,chilli,chives,cilantro,clementine,coconut,coriander,corn on the cob,courgette,cranberry,cucumber,dill,eggplant,endive,\
fennel,figs,fruit,garlic,ginger,grape,grapefruit,green beans,herbs,jalapeno,kale,kiwi,leek,lemon,lettuce,lime,lychee,mandarin,mango,\
melon,mint,mushroom,nectarine,okra,onion,orange,papaya,parsley,parsnip,passion fruit,peach,pear,pepper,pineapple,plum,pomegranate,\
potato,pumpkin,radicchio,radish,raspberry,red pepper,rhubarb,rocket,rosemary,salad,satsuma,scallion,shallot,snow peas,spinach,\
spring onion,squash,strawberry,sugar snap peas,sweet potato,sweetcorn,tangerine,tarragon,thyme,tomato,turnip,vegetable,veggies,\
watercress,watermelon,yam,zucchini",
    ),
    (
        Aisle::Bakery,
        "bagel,baguette,bread,brioche,bread roll,bun,burger bun,ciabatta,cinnamon roll,croissant,crumpet,cupcake,doughnut,donut,\
english muffin,flatbread,focaccia,garlic bread,hamburger bun,hot dog bun,muffin,naan,pita,pita bread,rye bread,scone,sourdough,tortilla,\
toast,white bread,wholemeal bread,wraps",
    ),
    (
        Aisle::Dairy,
        "almond milk,brie,butter,buttermilk,camembert,cheddar,cheese,cottage cheese,cream,cream cheese,creme fraiche,curd,custard,\
egg,feta,ghee,goat cheese,gouda,greek yogurt,half and half,halloumi,heavy cream,kefir,margarine,mascarpone,milk,mozzarella,oat milk,\
parmesan,provolone,quark,ricotta,sour cream,soy milk,soya milk,swiss cheese,string cheese,tofu,whipped cream,whipping cream,yoghurt,yogurt",
    ),
    (
        Aisle::Meat,
        "anchovy,bacon,beef,beef mince,bratwurst,chicken,chicken breast,chicken thighs,chicken wings,chorizo,clams,cod,crab,duck,\
fish,gammon,ground beef,ground turkey,ham,hot dogs,lamb,lamb chops,liver,lobster,mackerel,meat,mince,minced beef,minced meat,mussels,oysters,\
pancetta,pastrami,pepperoni,pork,pork chops,prawn,prosciutto,ribs,salami,salmon,sardine,sausage,scallops,sea bass,shrimp,smoked salmon,\
steak,trout,turkey,tuna steak,turkey breast,veal",
    ),
    (
        Aisle::Frozen,
        "fish fingers,fish sticks,french fries,fries,frozen pizza,frozen peas,frozen berries,gelato,ice cream,ice cubes,\
ice lolly,oven chips,pizza,popsicle,sorbet,waffle",
    ),
    (
        Aisle::Pantry,
        "almond,almond butter,baked beans,baking powder,baking soda,balsamic vinegar,barley,bay leaves,bean,biscuit,black beans,\
black pepper,bouillon,breadcrumbs,bread crumbs,broth,brown sugar,bulgur,candy,canned tomatoes,capers,cardamom,cashew,cayenne,cereal,chia seeds,\
chickpea,chicken stock,chicken broth,chips,chocolate,chocolate chips,chutney,cinnamon,cocoa,cocoa powder,coconut milk,coconut oil,\
condensed milk,cookie,cooking oil,corn,corn flakes,cornflakes,cornflour,cornmeal,cornstarch,couscous,crackers,crisps,cumin,curry paste,\
curry powder,dark chocolate,dried fruit,flour,fish sauce,gnocchi,granola,gravy,gravy granules,gherkin,hazelnut,honey,hot sauce,hummus,\
instant noodles,jam,jelly,kidney beans,ketchup,lasagna,lasagne,lentil,macaroni,mac and cheese,maple syrup,marmalade,marshmallow,mayo,mayonnaise,\
molasses,muesli,mustard,noodle,nutella,nutmeg,nuts,oatmeal,oats,oil,olive,olive oil,oregano,paprika,passata,pasta,pasta sauce,peanut,\
peanut butter,peas,pecan,penne,pepper mill,peppercorns,pesto,pickle,pine nuts,pistachio,popcorn,porridge oats,powdered sugar,pretzel,\
protein bars,protein powder,quinoa,raisin,ramen,raw sugar,relish,rice,rice cakes,saffron,salsa,salt,salt and pepper,sauce,sauerkraut,seeds,\
sesame oil,sesame seeds,snacks,soup,soy sauce,spaghetti,spices,sprinkles,sriracha,stock cubes,sugar,sunflower oil,sunflower seeds,syrup,\
taco shells,tahini,tinned tomatoes,tomato paste,tomato puree,tomato sauce,tuna,turmeric,vanilla,vanilla extract,vegetable oil,vegetable stock,\
vinegar,walnut,worcestershire sauce,yeast",
    ),
    (
        Aisle::Drinks,
        "7up,apple juice,beer,champagne,cider,coffee,coffee beans,coke,cola,diet coke,energy drink,espresso,gin,ginger ale,\
ginger beer,green tea,iced tea,juice,kombucha,lager,lemonade,mineral water,orange juice,pepsi,prosecco,red wine,rum,soda,soda water,\
sparkling water,sprite,squash drink,tea,tea bags,tequila,tonic,tonic water,vodka,water,whiskey,whisky,white wine,wine",
    ),
    (
        Aisle::Household,
        "aluminium foil,aluminum foil,baby wipes,bandaids,batteries,bin bags,bin liners,bleach,candles,cat food,cat litter,\
cling film,conditioner,cotton buds,dental floss,deodorant,detergent,dish soap,dishwasher tablets,dishwashing liquid,dog food,fabric softener,\
face wash,foil,freezer bags,garbage bags,hand soap,kitchen paper,kitchen roll,kitchen towels,kleenex,laundry detergent,light bulbs,lotion,\
matches,mouthwash,nappies,diapers,napkins,pads,paper plates,paper towels,parchment paper,plastic wrap,razors,razor blades,sandwich bags,\
shampoo,shaving cream,shower gel,soap,sponges,sunscreen,tampons,tissues,toilet paper,toilet roll,toothbrush,toothpaste,trash bags,\
washing powder,washing up liquid,wet wipes,ziploc bags",
    ),
];

/// Stems of words that only say which kind: they are known beside what they describe, never alone.
pub(super) const AROUND: &[&str] = &[
    "1",
    "2",
    "baby",
    "babi",
    "and",
    "big",
    "black",
    "brown",
    "canned",
    "chopped",
    "dark",
    "diced",
    "dried",
    "extra",
    "fat",
    "free",
    "fresh",
    "frozen",
    "full",
    "gluten",
    "green",
    "ground",
    "iced",
    "jasmine",
    "basmati",
    "large",
    "lean",
    "light",
    "low",
    "medium",
    "mild",
    "mini",
    "organic",
    "plain",
    "raw",
    "red",
    "ripe",
    "roasted",
    "salted",
    "seedless",
    "semi",
    "skim",
    "skimmed",
    "sliced",
    "small",
    "smoked",
    "sparkling",
    "strong",
    "sugar",
    "sweet",
    "tinned",
    "unsalted",
    "vegan",
    "virgin",
    "white",
    "whole",
    "wholemeal",
    "wholegrain",
    "wild",
    "yellow",
];
