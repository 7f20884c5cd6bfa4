# Adds up an order. Fields: name, quantity, price in cents.
{ items += $2; total += $2 * $3 }

END {
    if (items > 10) total -= total * 5 / 100
    printf "%d\n", total
}
