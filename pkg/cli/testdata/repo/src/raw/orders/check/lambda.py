def handler(event, context):
    return {"orders": [o for o in event["orders"] if o > 0]}
