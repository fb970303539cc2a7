CREATE TABLE customers (
  id TEXT PRIMARY KEY CHECK (id GLOB 'C[0-9][0-9][0-9][0-9]'),
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  phone TEXT NOT NULL UNIQUE,
  region TEXT NOT NULL CHECK (region IN ('us', 'ca', 'uk', 'eu')),
  address TEXT NOT NULL,
  joined TEXT NOT NULL,
  member INTEGER NOT NULL CHECK (member IN (0, 1)), -- 1: belongs to Wren Circle
  birth_year INTEGER NOT NULL
) STRICT;

CREATE TABLE memberships (
  customer_id TEXT PRIMARY KEY REFERENCES customers (id),
  since TEXT NOT NULL,
  renews TEXT NOT NULL,
  points_earned INTEGER NOT NULL CHECK (points_earned >= 0),
  points_pending INTEGER NOT NULL CHECK (points_pending >= 0), -- the return window is still open
  points_expired INTEGER NOT NULL CHECK (points_expired >= 0),
  points_spent INTEGER NOT NULL CHECK (points_spent >= 0), -- turned into vouchers
  points INTEGER NOT NULL CHECK (points >= 0), -- the balance that can be spent
  express_left INTEGER NOT NULL CHECK (express_left >= 0), -- free express deliveries until the renewal
  CHECK (points = points_earned - points_pending - points_expired - points_spent)
) STRICT;

CREATE TABLE products (
  sku TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  family TEXT NOT NULL,
  category TEXT NOT NULL,
  price_cents INTEGER NOT NULL CHECK (price_cents > 0), -- US dollars
  launched TEXT NOT NULL
) STRICT;

CREATE TABLE orders (
  id TEXT PRIMARY KEY CHECK (id GLOB 'O-[0-9][0-9][0-9][0-9][0-9][0-9]'),
  customer_id TEXT NOT NULL REFERENCES customers (id),
  placed TEXT NOT NULL, -- UTC
  status TEXT NOT NULL CHECK (status IN ('processing', 'shipped', 'delivered', 'cancelled', 'returned')),
  shipping TEXT NOT NULL CHECK (shipping IN ('standard', 'express')),
  currency TEXT NOT NULL CHECK (currency IN ('USD', 'CAD', 'GBP', 'EUR')), -- of all amounts of the order
  goods_cents INTEGER NOT NULL CHECK (goods_cents > 0),
  shipping_fee_cents INTEGER NOT NULL CHECK (shipping_fee_cents >= 0),
  surcharge_cents INTEGER NOT NULL CHECK (surcharge_cents >= 0), -- road carrier, dangerous goods
  total_cents INTEGER NOT NULL,
  CHECK (total_cents = goods_cents + shipping_fee_cents + surcharge_cents)
) STRICT;

CREATE TABLE order_items (
  order_id TEXT NOT NULL REFERENCES orders (id),
  line INTEGER NOT NULL CHECK (line > 0),
  sku TEXT NOT NULL REFERENCES products (sku),
  color TEXT,
  size TEXT,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  unit_price_cents INTEGER NOT NULL CHECK (unit_price_cents > 0),
  PRIMARY KEY (order_id, line)
) STRICT;

CREATE TABLE shipments (
  order_id TEXT PRIMARY KEY REFERENCES orders (id),
  service TEXT NOT NULL CHECK (service IN ('standard', 'express')),
  carrier TEXT NOT NULL,
  tracking TEXT NOT NULL UNIQUE,
  delay TEXT CHECK (delay IN ('review', 'engraving', 'backorder', 'dangerous goods')), -- why it left later than promised
  status TEXT NOT NULL CHECK (status IN ('waiting', 'in transit', 'delivered')),
  shipped TEXT, -- UTC
  promised TEXT, -- last day for delivery
  delivered TEXT, -- UTC
  CHECK ((status = 'waiting') = (shipped IS NULL)),
  CHECK ((status = 'delivered') = (delivered IS NOT NULL)),
  CHECK (shipped < delivered)
) STRICT;

CREATE TABLE returns (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL,
  line INTEGER NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  reason TEXT NOT NULL CHECK (reason IN
    ('size', 'changed mind', 'not as described', 'damaged', 'wrong item', 'unwanted gift')),
  channel TEXT NOT NULL CHECK (channel IN ('label', 'own carrier', 'shop', 'collection')),
  status TEXT NOT NULL CHECK (status IN ('requested', 'received', 'approved', 'refunded', 'credited', 'refused')),
  refused_because TEXT CHECK (refused_because IN ('late', 'used', 'seal broken')),
  requested TEXT NOT NULL,
  received TEXT,
  decided TEXT, -- inspected, or refused for its date
  refunded TEXT, -- the day on which the money, or the store credit of a late return, shows
  fee_cents INTEGER NOT NULL CHECK (fee_cents >= 0), -- label or collection, already taken off
  restocking_cents INTEGER NOT NULL CHECK (restocking_cents >= 0), -- already taken off
  refund_cents INTEGER NOT NULL CHECK (refund_cents >= 0),
  UNIQUE (order_id, line),
  FOREIGN KEY (order_id, line) REFERENCES order_items (order_id, line),
  CHECK ((status = 'refused') = (refused_because IS NOT NULL)),
  CHECK ((status IN ('refunded', 'credited')) = (refunded IS NOT NULL)),
  CHECK (requested <= received AND received <= decided AND decided <= refunded)
) STRICT;

CREATE TABLE payments (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id),
  part INTEGER NOT NULL CHECK (part > 0), -- the parts of an order sum to its total
  method TEXT NOT NULL CHECK (method IN ('card', 'wallet', 'gift card', 'pay later')),
  card TEXT CHECK (length(card) = 4), -- last digits
  amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
  due TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('authorized', 'paid', 'due', 'released')),
  UNIQUE (order_id, part)
) STRICT;

CREATE INDEX orders_by_customer ON orders (customer_id, placed);
CREATE INDEX orders_by_status ON orders (status);
CREATE INDEX order_items_by_sku ON order_items (sku);
