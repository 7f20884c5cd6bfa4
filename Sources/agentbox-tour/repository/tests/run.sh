# Ten items: 300 + 360 + 340 = 1000, less 5 % = 950.
got=$(awk -f src/total.awk tests/order.txt)
if [ "$got" = 950 ]; then
    echo "ok: an order of ten items gets the discount"
else
    echo "FAILED: expected 950, got $got"
    exit 1
fi
